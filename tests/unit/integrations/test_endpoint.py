"""Where webhooks may go: the public internet, whatever an address is wrapped in."""

import asyncio
import socket

import pytest

from bot.integrations.endpoint import Endpoint, PrivateAddress, PublicResolver, UrlRefused, is_public

PRIVATE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",
    "100.64.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "2002:7f00:1::",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2001:0:7f00:1::1",
    "2001:db8::1",
    "localhost",
    "example.com",
]
PUBLIC = [
    "93.184.216.34",
    "8.8.8.8",
    "2606:2800:220:1:248:1893:25c8:1946",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_of_private_networks_are_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_internet_are_public(address):
    assert is_public(address)


REFUSED = [
    "",
    "example.com/hook",
    "http://example.com/hook",
    "ftp://example.com",
    "https://",
    "https://user:secret@example.com/hook",
    "https://127.0.0.1/hook",
    "https://[::1]/hook",
    "https://169.254.169.254/latest/meta-data",
    "https://2130706433/hook\n",
    "https://example.com:99999/",
    "https://example.com/" + "x" * 2_000,
    "https://exa mple.com/",
    "https://example.com/\r\nX-Evil: 1",
]


@pytest.mark.parametrize("url", REFUSED)
def test_other_addresses_than_public_https_are_refused(url):
    with pytest.raises(UrlRefused):
        Endpoint(allow_private=False).check(url)


def test_public_https_is_fine_and_the_operator_may_allow_more():
    assert Endpoint(allow_private=False).check("https://hooks.example.com/a?b=c") == (
        "https://hooks.example.com/a?b=c"
    )
    assert Endpoint(allow_private=True).check("http://10.0.0.5:8080/hook") == "http://10.0.0.5:8080/hook"


class Names:
    """A look-up that answers what it is told."""

    def __init__(self, *addresses):
        self.addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            {"hostname": host, "host": one, "port": port, "family": family, "proto": 0, "flags": 0}
            for one in self.addresses
        ]

    async def close(self):
        pass


def test_a_name_with_one_private_address_is_refused():
    resolver = PublicResolver(Names("93.184.216.34", "10.0.0.1"))

    with pytest.raises(PrivateAddress):
        asyncio.run(resolver.resolve("rebinding.example", 443))


def test_the_connection_goes_to_exactly_what_was_looked_up():
    found = asyncio.run(PublicResolver(Names("93.184.216.34")).resolve("example.com", 443))

    assert [each["host"] for each in found] == ["93.184.216.34"]
