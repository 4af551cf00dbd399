import asyncio
import io
import socket

import aiohttp
import pytest

from bot.errors import BotError
from bot.sandbox import Sandbox
from bot.sandbox.page import Page
from tests.integration.sandbox_page.conftest import ABOUT

JSON = {"Content-Type": "application/json"}


async def answer_to(visit, method, path, *, headers=None, data=None):
    async with visit.http.request(method, f"{visit.url}{path}", headers=headers, data=data) as response:
        await response.read()
        return response


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "[::2]", "a:b:c", ""]
)
async def test_a_name_that_points_here_from_elsewhere_is_turned_away(visit, host):
    for path in ("/", "/screen", "/static/main.js", "/changes"):
        answer = await answer_to(visit, "GET", path, headers={"Host": host})

        assert answer.status in (400, 421)


async def test_the_names_of_this_computer_are_let_in(visit):
    port = visit.url.rpartition(":")[2]

    answers = [
        await answer_to(visit, "GET", "/screen", headers={"Host": f"{host}:{port}"})
        for host in ("localhost", "127.0.0.1", "[::1]")
    ]

    assert [answer.status for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({**JSON, "Origin": "http://evil.example"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        ({**JSON, "Origin": "http://127.0.0.1:1"}, 403),
        ({**JSON, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**JSON, "Sec-Fetch-Site": "same-site"}, 403),
        ({**JSON, "Sec-Fetch-Site": "same-origin"}, 400),
        ({"Content-Type": "application/json; charset=utf-8"}, 400),
    ],
)
async def test_only_this_page_may_post(visit, headers, status):
    answer = await answer_to(visit, "POST", "/do", headers=headers, data=b"{")

    assert answer.status == status


async def test_the_pages_own_origin_may_post(visit):
    answer = await answer_to(visit, "POST", "/do", headers={**JSON, "Origin": visit.url}, data=b"{")

    assert answer.status == 400


async def test_another_site_may_link_here_but_not_look(visit):
    elsewhere = {"Sec-Fetch-Site": "cross-site"}

    linked = await answer_to(visit, "GET", "/", headers=elsewhere)
    looked = await answer_to(visit, "GET", "/screen", headers=elsewhere)

    assert (linked.status, looked.status) == (200, 403)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_other_methods_are_refused(visit, method):
    assert (await answer_to(visit, method, "/do")).status == 405


@pytest.mark.parametrize("path", ["/", "/screen", "/nowhere", "/static/nowhere.js", "/files/F404"])
async def test_every_answer_forbids_what_the_page_does_not_need(visit, path):
    headers = (await answer_to(visit, "GET", path)).headers

    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


async def test_a_body_that_is_too_long_is_not_read(visit):
    async def endless():
        for _ in range(40):
            yield b" " * 65_536

    promised = await answer_to(visit, "POST", "/do", headers=JSON, data=io.BytesIO(b" " * (1024 * 1024 + 1)))
    chunked = await answer_to(visit, "POST", "/do", headers=JSON, data=endless())

    assert (promised.status, chunked.status) == (413, 413)


async def test_the_page_listens_on_loopback_only(visit):
    with pytest.raises(ValueError, match="loopback only"):
        await Page(visit.sandbox, about=ABOUT).start("0.0.0.0", port=0)


async def test_a_busy_port_is_one_sentence_that_says_what_to_do():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(BotError) as caught:
            await Page(Sandbox(), about=ABOUT).start(port=port)

    assert str(port) in caught.value.sentence
    assert "--port" in caught.value.sentence


async def test_no_websocket_is_opened(visit):
    with pytest.raises(aiohttp.WSServerHandshakeError) as caught:
        await visit.http.ws_connect(visit.url)

    assert caught.value.status == 403


async def test_a_request_that_ends_early_harms_nobody(visit):
    host, port = visit.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    writer.write(
        f"POST /do HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{{".encode()
    )
    await writer.drain()
    writer.close()

    assert (await answer_to(visit, "GET", "/screen")).status == 200
