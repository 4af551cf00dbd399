"""How a training run ended reaches somebody, also when the admin channel cannot be written in."""

import sys
from pathlib import Path

from tests.scenarios.house import open_house

TRAINER = Path(__file__).parent.parent / "fakes" / "trainer_script.py"


async def test_a_report_that_the_admin_channel_refuses_goes_to_whoever_asked(sqlite_url, tmp_path):
    trainer = {"trainer": "command", "trainer_command": f"{sys.executable} {TRAINER}"}
    async with open_house(sqlite_url, tmp_path, **trainer) as house:
        await house.chloe.command(house.admins, "/draftloop", "attest confirm")
        house.sandbox.remove_bot(house.admins)

        answer = await house.chloe.command(house.channel, "/draftloop", "retrain")

        told = await house.until(lambda: house.sandbox.messages(house.chloe.direct))
        assert "Not retrained" in told[0].text
        assert "You will hear how it ends" in answer.text
        assert house.sandbox.messages(house.admins) == []
