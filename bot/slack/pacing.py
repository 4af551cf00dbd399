"""Posts at the pace Slack takes them: about one a second per channel, after a short burst."""

from collections import OrderedDict

from aiolimiter import AsyncLimiter

_BURST = 2
_CHANNELS = 4096


class Pace:
    """A leaky bucket per channel; the least recently used ones are forgotten."""

    def __init__(self, *, per_second: float = 1.0, channels: int = _CHANNELS) -> None:
        self._per_second = per_second
        self._channels = channels
        self._limiters: OrderedDict[tuple[str, str], AsyncLimiter] = OrderedDict()

    async def wait(self, workspace_id: str, *, channel_id: str) -> None:
        """Wait until the channel may take another message."""
        key = (workspace_id, channel_id)
        if key not in self._limiters:
            self._limiters[key] = AsyncLimiter(_BURST, _BURST / self._per_second)
        self._limiters.move_to_end(key)
        limiter = self._limiters[key]
        while len(self._limiters) > self._channels:
            self._limiters.popitem(last=False)
        await limiter.acquire()
