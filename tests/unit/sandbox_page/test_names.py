"""Who and what a person may know by name."""

from bot.sandbox import Sandbox
from bot.sandbox.page.rendering import Names, Renderer
from tests.unit.sandbox_page.looking import see


def test_a_person_knows_public_channels_their_own_private_ones_and_their_direct_messages():
    sandbox = Sandbox()
    ana, ben = sandbox.add_person("Ana", tz="Asia/Tokyo"), sandbox.add_person("Ben")
    public = sandbox.add_channel("news", members=[ben])
    own = sandbox.add_channel("ours", members=[ana], private=True)
    secret = sandbox.add_channel("secret", members=[ben], private=True)

    names = Names.of(sandbox.workspace, viewer=ana.member, here=own.id)
    mine = sandbox.workspace.direct_channel(ana.user_id)
    with_direct = Names.of(sandbox.workspace, viewer=ana.member)

    assert {place.name: place.kind for place in names.places.values()} == {
        "news": "public",
        "ours": "private",
    }
    assert with_direct.places[mine.id].name == sandbox.app.name
    assert names.channel(public.id) == "news"
    assert names.channel(secret.id) == "private-channel"
    assert (names.here, str(names.tz)) == (own.id, "Asia/Tokyo")


def test_people_apps_and_groups_have_names():
    sandbox = Sandbox(clock=lambda: 1_795_437_000.0)
    ana = sandbox.add_person("Ana", tz="Asia/Tokyo")
    group = sandbox.add_group("makers", members=[ana])

    names = Names.of(sandbox.workspace, viewer=ana.member)

    assert names.person(ana.user_id) == "Ana"
    assert names.person("USLACKBOT") == "Slackbot"
    assert names.person("UNOBODY") == "UNOBODY"
    assert sandbox.app.bot_user_id in names.apps
    assert Renderer(names).mrkdwn(f"<!subteam^{group.id}>").striptags() == "@makers"
    assert see(Renderer(names).time(names.now.timestamp())).one("time").text == "21:30"
