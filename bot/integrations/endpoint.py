"""Calls a team's own address: signed, without redirects, within a deadline, and never into a private network.

Whoever may add a webhook chooses where this server sends requests. So an address is looked up when the connection is
made, every answer of the look-up is checked, and the connection goes to exactly what was checked: a name that means
something else a moment later does not get around it.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from bot.errors import BotError

LONGEST_URL: Final = 2_000
TIMEOUT_SECONDS: Final = 10.0
_PRIVATE: Final = "private_address"
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_LOCAL_NAT64: Final = ipaddress.ip_network("64:ff9b:1::/48")


class UrlRefused(BotError):
    """The address is none that we call."""

    code = "url_refused"
    sentence = (
        "Give an https address on the public internet, without a user name in it. For addresses of your own network "
        "set DRAFTLOOP_WEBHOOK_ALLOW_PRIVATE=true."
    )


class PrivateAddress(OSError):
    """The name means an address that is not on the public internet."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: `told` is the HTTP status, or a word for what went wrong."""

    told: str

    @property
    def taken(self) -> bool:
        """The receiver took it."""
        return self.told.startswith("2") and self.told.isdigit()

    @property
    def gone(self) -> bool:
        """The receiver wants no more calls."""
        return self.told == "410"


class Endpoint:
    """Posts to addresses of teams."""

    def __init__(self, *, allow_private: bool, timeout_seconds: float = TIMEOUT_SECONDS) -> None:
        self._allow_private = allow_private
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    def check(self, text: str) -> str:
        """Return an address that may be called.

        Raises:
            UrlRefused: it may not.
        """
        url = _parsed(text)
        if url is None or url.user or url.password or not self._is_allowed(url):
            raise UrlRefused
        return str(url)

    async def post(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Post a body; whatever goes wrong is an answer too."""
        try:
            target = URL(self.check(url))
            async with (
                aiohttp.ClientSession(
                    connector=self._connector(), timeout=self._timeout, trust_env=False
                ) as session,
                session.post(target, data=body, headers=headers, allow_redirects=False) as response,
            ):
                return Answer(str(response.status))
        except UrlRefused as error:
            return Answer(error.code)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Answer(_word_for(error))

    def _connector(self) -> aiohttp.TCPConnector:
        resolver = None if self._allow_private else PublicResolver()
        return aiohttp.TCPConnector(resolver=resolver, limit=1, force_close=True)

    def _is_allowed(self, url: URL) -> bool:
        if self._allow_private:
            return url.scheme in {"http", "https"}
        return url.scheme == "https" and (_literal(url.host or "") is None or is_public(url.host or ""))


class PublicResolver(AbstractResolver):
    """Looks names up, and refuses those with an address that is not on the public internet."""

    def __init__(self, names: AbstractResolver | None = None) -> None:
        self._names = names or ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name; the connection is made to one of these.

        Raises:
            PrivateAddress: one of them is not public.
        """
        found = await self._names.resolve(host, port, family)
        if not all(is_public(each["host"]) for each in found):
            raise PrivateAddress
        return found

    async def close(self) -> None:
        """Close the look-up."""
        await self._names.close()


def is_public(host: str) -> bool:
    """Return whether an address is one of the public internet, whatever it is wrapped in."""
    address = _literal(host)
    if address is None or not address.is_global or address.is_multicast:
        return False
    return address.version == 4 or _carries_public(address)


def _carries_public(address: ipaddress.IPv6Address) -> bool:
    """Check the older address that a newer one may carry inside."""
    if address in _LOCAL_NAT64 or address.teredo is not None:
        return False
    inside = address.ipv4_mapped or address.sixtofour
    if address in _NAT64:
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inside is None or is_public(str(inside))


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _parsed(text: str) -> URL | None:
    if len(text) > LONGEST_URL or not text.isprintable() or " " in text.strip():
        return None
    try:
        url = URL(text.strip())
    except ValueError:
        return None
    return url if url.absolute and url.host and url.port else None


def _word_for(error: Exception) -> str:
    cause: Any = getattr(error, "os_error", None)
    if isinstance(error, PrivateAddress) or isinstance(cause, PrivateAddress):
        return _PRIVATE
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__[:64]
