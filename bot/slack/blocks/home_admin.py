"""The parts of the Home tab that admins have: the channel table, parked events, what comes next."""

from dataclasses import dataclass, field

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ConversationFilter,
    ConversationSelectElement,
    DividerBlock,
)

from bot.slack.blocks.holds import HoldsPart, build_holds
from bot.slack.pieces import button, buttons, header, note, question, section, turns

CHANNELS_A_PAGE = 10
MOST_PARKED = 3


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel of the table, with what is told about it as mrkdwn."""

    channel_id: str
    about: str


@dataclass(frozen=True, slots=True)
class ChannelPage:
    """A page of the channel table. With `channel_id` only that channel is shown."""

    rows: tuple[ChannelRow, ...] = ()
    total: int = 0
    page: int = 0  # counts from 0
    channel_id: str | None = None

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(0, (self.total - 1) // CHANNELS_A_PAGE)


@dataclass(frozen=True, slots=True)
class ParkedLine:
    """An event that was put aside: what kind, when, and the code of its error; never a text of anybody."""

    event_id: str
    type: str
    received: str
    error: str


@dataclass(frozen=True, slots=True)
class ParkedPart:
    """How many events are parked, and the latest of them."""

    count: int = 0
    latest: tuple[ParkedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class SchedulePart:
    """What comes next, as mrkdwn lines in local time; an empty tuple: nothing is planned."""

    timezone: str
    digests: tuple[str, ...] = ()
    retraining: str = ""
    briefs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AdminPart:
    """Everything that only admins see."""

    channels: ChannelPage
    parked: ParkedPart
    schedule: SchedulePart
    holds: HoldsPart = field(default_factory=HoldsPart)


NO_CHANNELS = "I am in no channel yet. Type `/invite @Draftloop` in a channel, and it is listed here."
NOT_LISTED = "I am not in <#{}> and wrote nothing there. Type `/invite @Draftloop` in it."
NONE_PARKED = "None. Everything that Slack told me was handled."
_PARKED = (
    "I tried these again and again and then put them aside, so that they hold nothing up. "
    "When the cause is gone, they can be tried once more; what was handled before is not counted twice."
)
_NO_RETRAINING = "Not by the clock. `/draftloop retrain every 0 2 * * sun` sets a time."
_NO_BRIEFS = "None. `/draftloop every friday 15:00 <what to write>` in a channel plans one."
_NO_DIGESTS = "None. `/draftloop digest friday 15:00` in a channel plans one."


def build_admin(part: AdminPart) -> list[Block]:
    """Build what only admins see."""
    return [
        *build_channels(part.channels),
        DividerBlock(),
        *build_parked(part.parked),
        DividerBlock(),
        *build_holds(part.holds),
        DividerBlock(),
        *build_schedule(part.schedule),
    ]


def build_channels(page: ChannelPage) -> list[Block]:
    """Build a page of the channel table."""
    return [header("Channels"), _finder(page), *_rows(page), *buttons(*_turns(page))]


def _rows(page: ChannelPage) -> list[Block]:
    if not page.rows:
        return [section(NOT_LISTED.format(page.channel_id) if page.channel_id else NO_CHANNELS)]
    rows: list[Block] = [_channel(row) for row in page.rows[:CHANNELS_A_PAGE]]
    return rows if page.channel_id else [*rows, note(_where(page))]


def _channel(row: ChannelRow) -> Block:
    change = button("home_channel_settings", "Settings", value=row.channel_id)
    return section(row.about, accessory=change)


def _where(page: ChannelPage) -> str:
    first = page.page * CHANNELS_A_PAGE + 1
    last = first + len(page.rows) - 1
    return f"{first:,} to {last:,} of {page.total:,}, by their latest draft. Figures are of the last 30 days."


def _finder(page: ChannelPage) -> Block:
    """Build what finds one channel: Slack's own list, which shows everybody only what they may see."""
    chosen = page.channel_id
    find = ConversationSelectElement(
        action_id="home_channels_find",
        placeholder="Find a channel",
        initial_conversation=chosen,
        filter=ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    every = [button("home_channels_all", "Show all channels", value="0")] if chosen else []
    # Slack keeps what stands in a block of the same name: another name, so that it shows what the table shows.
    return ActionsBlock(block_id=f"home_channels_{chosen or 'all'}"[:255], elements=[find, *every])


def _turns(page: ChannelPage) -> list[ButtonElement]:
    if page.channel_id or not page.last:
        return []
    return turns("home_channels", page=page.page, last=page.last)


def build_parked(part: ParkedPart) -> list[Block]:
    """Build the list of parked events."""
    title = header("Parked events")
    if not part.count:
        return [title, section(NONE_PARKED)]
    rows = [_parked(line) for line in part.latest[:MOST_PARKED]]
    hidden = part.count - len(rows)
    more = (
        [note(f"And {hidden:,} older ones; `draftloop inbox list` on the server has them all.")]
        if hidden
        else []
    )
    every = button(
        "home_parked_replay_all", f"Try all {part.count:,} again", value="all", asks=_sure(part.count)
    )
    return [title, section(_PARKED), *rows, *more, *(buttons(every) if part.count > 1 else [])]


def _parked(line: ParkedLine) -> Block:
    again = button("home_parked_replay", "Try again", value=line.event_id)
    return section(f"`{line.type}` · {line.received}\n`{line.error or 'unknown'}`", accessory=again)


def _sure(count: int) -> ConfirmObject:
    text = f"All {count:,} parked events go back into the line. It may take me a while."
    return question("Try all again?", text, yes="Try them again", no="Leave them")


def build_schedule(part: SchedulePart) -> list[Block]:
    """Build what comes next."""
    return [
        header("What comes next"),
        section(_planned("Digests", part.digests, nothing=_NO_DIGESTS)),
        section(_planned("Recurring briefs", part.briefs, nothing=_NO_BRIEFS)),
        section(
            _planned("Retraining", (part.retraining,) if part.retraining else (), nothing=_NO_RETRAINING)
        ),
        note(f"Local time of {part.timezone}; `/draftloop timezone Europe/Berlin` changes it."),
    ]


def _planned(what: str, lines: tuple[str, ...], *, nothing: str) -> str:
    return "\n".join([f"*{what}*", *(lines or (nothing,))])
