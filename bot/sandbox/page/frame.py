"""What stands around the messages: who one is, where one can go, where one is, what time it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot.sandbox.page.about import About, TimeControl
from bot.sandbox.page.reading import Reading, Unread
from bot.sandbox.page.rendering import Renderer
from bot.sandbox.page.rendering.environment import rendered
from bot.sandbox.page.seeing import HOME, Place, channels_of, may_join, players, role
from bot.sandbox.people import Person
from bot.sandbox.records import Channel, Json
from bot.sandbox.workspace import Workspace

_ICONS = {False: "#", True: "🔒"}
_NOTHING = Unread()


@dataclass(frozen=True)
class _Entry:
    """A line of the sidebar."""

    id: str
    name: str
    icon: Markup
    unread: Unread = _NOTHING
    current: bool = False
    private: bool = False
    outside: bool = False

    @property
    def badge(self) -> int:
        """The number on it: what calls for the reader, or else how much is new."""
        return self.unread.mentions or self.unread.count

    @property
    def label(self) -> str:
        """The number in words."""
        if not self.unread.mentions:
            return f"{self.unread.count} unread"
        return f"{self.unread.mentions} for you, {self.unread.count} unread"


@dataclass(frozen=True)
class Frame:
    """The frame of one person's screen."""

    workspace: Workspace
    everybody: Mapping[str, Person]
    person: Person
    place: Place
    reading: Reading
    page: Renderer

    def counts(self) -> Json:
        """How much is unread, and the title of the browser's tab."""
        found = self._unread(self.person)
        name, _ = self._title()
        badge = f"({found.mentions or found.count}) " if found.count else ""
        title = f"{badge}{name} · Draftloop sandbox"
        return {"unread": found.count, "mentions": found.mentions, "title": title}

    def people(self) -> Markup:
        """The switcher."""
        shown = [self._player(person) for person in players(self.everybody.values())]
        me = next(player for player in shown if player["id"] == self.person.user_id)
        return rendered("regions/people.html", me=me, people=shown)

    def sidebar(self) -> Markup:
        """Where one can go."""
        channels = [self._entry(c) for c in channels_of(self.workspace, self.person.member)]
        direct = self._entry(self.person.direct)
        sections = [
            {"title": "Channels", "entries": [entry for entry in channels if not entry.outside]},
            {"title": "Channels you can join", "entries": [entry for entry in channels if entry.outside]},
            {"title": "Apps", "entries": [direct]},
        ]
        shown = [section for section in sections if section["entries"]]
        return rendered("regions/sidebar.html", sections=shown, viewer=self.person.user_id)

    def header(self) -> Markup:
        """Where one is."""
        name, icon = self._title()
        channel = self.place.channel
        in_channel = channel is not None and not channel.is_im
        count = len(channel.members) if channel is not None else 0
        meta = f"{count} {'member' if count == 1 else 'members'}" if in_channel else ""
        join = channel.id if channel is not None and may_join(channel, self.person.member) else ""
        tabs = [] if in_channel else self._tabs()
        viewer = self.person.user_id
        return rendered(
            "regions/header.html", name=name, icon=icon, meta=meta, join=join, tabs=tabs, viewer=viewer
        )

    def thread_head(self) -> Markup:
        """Which thread stands beside."""
        channel = self.place.channel
        direct = channel is None or channel.is_im
        place = self.workspace.app.name if channel is None or direct else f"#{channel.name}"
        return rendered("regions/thread_head.html", place=place)

    def time(self, control: TimeControl | None) -> Markup:
        """The sandbox's clock, where it can be moved."""
        if control is None:
            return Markup()
        now = self._local(control.now())
        stops = [
            {
                "label": stop.label,
                "iso": stop.at.isoformat(timespec="minutes"),
                "short": _short(self._local(stop.at)),
            }
            for stop in control.stops()
        ]
        iso, long = now.isoformat(timespec="minutes"), f"{now:%A} {now.day} {now:%B}, {now:%H:%M}"
        return rendered("regions/time.html", iso=iso, long=long, short=_short(now), stops=stops)

    def about(self, about: About) -> Markup:
        """What writes the drafts, and what becomes of the words."""
        return rendered("regions/about.html", about=about)

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.person.member.tz))

    def _title(self) -> tuple[str, Markup]:
        channel = self.place.channel
        if channel is None or channel.is_im:
            return self.workspace.app.name, self.page.avatar(self.workspace.app.bot_user_id, small=True)
        return channel.name, _icon(channel, "head__icon")

    def _tabs(self) -> list[Json]:
        here, direct = self.place.id, self.person.direct.id
        return [
            {"id": HOME, "name": "Home", "current": here == HOME},
            {"id": direct, "name": "Messages", "current": here == direct},
        ]

    def _entry(self, channel: Channel) -> _Entry:
        app = self.workspace.app
        outside = self.person.user_id not in channel.members
        current = channel.id == self.place.id or (channel.is_im and self.place.channel is None)
        return _Entry(
            id=channel.id,
            name=app.name if channel.is_im else channel.name,
            icon=self.page.avatar(app.bot_user_id, small=True)
            if channel.is_im
            else _icon(channel, "nav__icon"),
            unread=_NOTHING if outside else self.reading.unread(self.person.member, channel),
            current=current,
            private=channel.is_private and not channel.is_im,
            outside=outside,
        )

    def _player(self, person: Person) -> Json:
        unread = _NOTHING if person is self.person else self._unread(person)
        avatar = self.page.avatar(person.user_id)
        who = {"id": person.user_id, "name": person.member.name, "role": role(person.member)}
        return who | {"avatar": avatar, "badge": unread.mentions}

    def _unread(self, person: Person) -> Unread:
        mine = [c for c in self.workspace.channels.values() if person.user_id in c.members]
        each = [self.reading.unread(person.member, channel) for channel in mine]
        return Unread(sum(one.count for one in each), sum(one.mentions for one in each))


def _icon(channel: Channel, name: str) -> Markup:
    return Markup('<span class="{}" aria-hidden="true">{}</span>').format(name, _ICONS[channel.is_private])


def _short(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}, {moment:%H:%M}"
