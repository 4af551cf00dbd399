"""Whatever is sent to the API, it answers as it says it does."""

import asyncio
import shutil
import threading

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from storage.engine import Database
from tests.factories import make_correction, make_draft, make_signal
from tests.fakes.api import running_api


def refuses_what_does_not_fit(context, response, case):
    """Bodies only: what is odd in a query may be lost on the wire. And 413 is a refusal too."""
    if case.method == "POST" and response.status_code != 413:
        negative_data_rejection(context, response, case)


CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    refuses_what_does_not_fit,
    unsupported_method,
]
EXAMPLES = 10
BOUNDED = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def live(sqlite_template, tmp_path_factory, keyring):
    """The API on a loop of its own, for a client that has none: its address, a token, a draft."""
    folder = tmp_path_factory.mktemp("any-request")
    shutil.copy(sqlite_template, folder / "draftloop.db")
    found, up, loop, done = [], threading.Event(), asyncio.new_event_loop(), asyncio.Event()

    async def run():
        database = Database.connect(f"sqlite:///{folder}/draftloop.db", keyring=keyring)
        async with running_api(database) as api:
            async with database.begin() as unit:
                draft = await make_draft(
                    unit, workspace_id=api.sandbox.team_id, channel_id=api.channel.id, external_id="job-4711"
                )
                await make_signal(unit, draft)
                await make_correction(unit, draft)
            found.extend([f"{api.url}/api/v1", await api.token(), draft.id])
            up.set()
            await done.wait()
        await database.close()

    thread = threading.Thread(target=loop.run_until_complete, args=[run()])
    thread.start()
    assert up.wait(30)
    yield found
    loop.call_soon_threadsafe(done.set)
    thread.join(30)
    loop.close()


@pytest.mark.parametrize("mode", list(GenerationMode), ids=str)
def test_every_answer_is_as_described(live, mode):
    url, token, draft_id = live
    headers = {"Authorization": f"Bearer {token}"}
    operations = [
        each.ok() for each in schemathesis.openapi.from_url(f"{url}/openapi.json").get_all_operations()
    ]

    def holds(case):
        if "draft_id" in (case.path_parameters or {}) and mode is GenerationMode.POSITIVE:
            case.path_parameters["draft_id"] = draft_id
        case.call_and_validate(headers=headers, checks=CHECKS)

    for operation in operations:
        BOUNDED(seed(4)(given(case=operation.as_strategy(mode))(holds)))()

    assert len(operations) == 6


def test_no_request_without_a_token_gets_anything(live):
    url, _, _ = live

    def refused(case):
        answer = case.call_and_validate(checks=[*CHECKS[:5], ignored_auth])
        assert answer.status_code in {400, 401}  # What nobody could read is refused before anybody is asked.

    for each in schemathesis.openapi.from_url(f"{url}/openapi.json").get_all_operations():
        settings(BOUNDED, max_examples=3)(seed(4)(given(case=each.ok().as_strategy())(refused)))()
