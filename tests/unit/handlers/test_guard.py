import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.http.guard import MAX_BODY_BYTES, Guard, Refused, parse
from tests.fakes.slack_bodies import SECRET, as_json, signed

NOW = 1_800_000_000.0
GUARD = Guard(SECRET)
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


async def chunks(*parts: bytes):
    for part in parts:
        yield part


def headers_of(raw: bytes, *, at: float = NOW, content_type: str = "application/json"):
    return {name.lower(): value for name, value in signed(raw, content_type=content_type, at=at).items()}


async def read(headers, *parts: bytes):
    return await GUARD.read(headers, chunks(*parts), now=NOW)


async def refusal(headers, *parts: bytes) -> tuple[int, str]:
    with pytest.raises(Refused) as caught:
        await read(headers, *parts)
    return caught.value.status, caught.value.reason


async def test_a_signed_body_comes_through_however_it_is_cut():
    raw = json.dumps({"type": "event_callback", "text": "ü"}).encode()

    body = await read(headers_of(raw), raw[:5], raw[5:])

    assert body == {"type": "event_callback", "text": "ü"}


async def test_an_interaction_is_the_json_in_its_form():
    raw = urlencode({"payload": json.dumps({"type": "block_actions"})}).encode()

    body = await read(headers_of(raw, content_type="application/x-www-form-urlencoded; charset=utf-8"), raw)

    assert body == {"type": "block_actions"}


async def test_one_changed_byte_is_not_slacks():
    raw = b'{"type": "event_callback"}'

    assert await refusal(headers_of(raw), raw.replace(b"event", b"evenT")) == (401, "bad_signature")


@pytest.mark.parametrize("seconds", [-301, 301, 10**9])
async def test_an_old_or_future_request_is_refused(seconds):
    raw = b"{}"

    assert await refusal(headers_of(raw, at=NOW + seconds), raw) == (401, "stale")


@pytest.mark.parametrize("seconds", [-300, 0, 300])
async def test_the_window_is_five_minutes(seconds):
    assert await read(headers_of(b"{}", at=NOW + seconds), b"{}") == {}


@pytest.mark.parametrize(
    "changed",
    [
        {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": "1" * 5000},
        {"x-slack-request-timestamp": "١٨٠٠٠٠٠٠٠٠"},
        {"x-slack-request-timestamp": "1800000000.5"},
        {"x-slack-signature": "v0=ü" + "a" * 63},
        {"x-slack-signature": "v0="},
        {"x-slack-signature": ""},
        {"x-slack-signature": "v1=" + "a" * 64},
    ],
)
async def test_headers_of_another_shape_are_refused(changed):
    assert await refusal({**headers_of(b"{}"), **changed}, b"{}") == (401, "bad_headers")


@pytest.mark.parametrize("name", ["x-slack-request-timestamp", "x-slack-signature"])
async def test_missing_headers_are_refused(name):
    headers = headers_of(b"{}")
    del headers[name]

    assert await refusal(headers, b"{}") == (401, "bad_headers")


@pytest.mark.parametrize("kind", ["", "text/plain", "multipart/form-data", "application/xml"])
async def test_other_content_types_are_refused(kind):
    assert await refusal(headers_of(b"{}", content_type=kind), b"{}") == (415, "content_type")


async def test_a_large_promise_is_refused_before_the_body_is_read():
    async def never():
        raise AssertionError("the body was read")
        yield b""

    headers = {**headers_of(b"{}"), "content-length": str(MAX_BODY_BYTES + 1)}

    with pytest.raises(Refused) as caught:
        await GUARD.read(headers, never(), now=NOW)

    assert caught.value.status == 413


async def test_a_large_body_is_refused_though_nobody_announced_it():
    part = b" " * (MAX_BODY_BYTES // 2)

    assert await refusal(headers_of(part * 2 + b"{}"), part, part, b"{}") == (413, "too_large")


async def test_a_body_of_just_the_limit_is_read():
    raw = b"{}" + b" " * (MAX_BODY_BYTES - 2)

    assert await read(headers_of(raw), raw) == {}


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff\xfe",
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a":' * 50_000,
        b"[" * 100_000,
    ],
    ids=["empty", "list", "null", "cut", "no utf-8", "endless number", "deep objects", "deep lists"],
)
async def test_signed_garbage_is_malformed(raw):
    assert await refusal(headers_of(raw), raw) == (400, "malformed")


@UNHURRIED
@given(st.binary(max_size=300), st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_any_bytes_are_a_body_or_malformed(raw, kind):
    try:
        status, body = 200, parse(raw, kind)
    except Refused as refused:
        status, body = refused.status, {}

    assert status in {200, 400}
    assert isinstance(body, dict)


NAMES = st.sampled_from(
    ["content-type", "content-length", "x-slack-request-timestamp", "x-slack-signature", "x-other"]
)


@UNHURRIED
@given(
    st.dictionaries(NAMES, st.text(max_size=80) | st.from_regex(r"v0=[0-9a-f]{64}") | st.integers().map(str)),
    st.lists(st.binary(max_size=200), max_size=4),
)
async def test_nothing_unsigned_comes_through(headers, parts):
    with pytest.raises(Refused) as caught:
        await read(headers, *parts)

    assert caught.value.status in {401, 413, 415}


@UNHURRIED
@given(st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=5))
async def test_whatever_slack_signs_comes_through_unchanged(body):
    raw, _ = as_json(body)

    assert await read(headers_of(raw), raw) == body
