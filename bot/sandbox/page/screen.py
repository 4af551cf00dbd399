"""What one person sees: the page's regions and lists, as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from bot.sandbox.deliveries import Delivery
from bot.sandbox.page.about import About, TimeControl
from bot.sandbox.page.actor import Pressed
from bot.sandbox.page.frame import Frame
from bot.sandbox.page.inspector import Inspector
from bot.sandbox.page.items import Item, Kept
from bot.sandbox.page.reading import Reading
from bot.sandbox.page.rendering import Names, Renderer
from bot.sandbox.page.seeing import Place, may_join, place_of, players, why_not_write
from bot.sandbox.page.timeline import MOST_KEPT, Timeline
from bot.sandbox.people import Person
from bot.sandbox.records import Json
from bot.sandbox.workspace import Workspace


@dataclass(frozen=True)
class Asked:
    """What the page asks to see.

    Args:
        person: whose screen, by id.
        place: a channel's id or ``app-home``.
        thread: the ``ts`` of the thread beside it.
        panel: ``inspector`` or nothing.
        before: the ``ts`` before which the reader wants older messages.
        q: what to search in the inspector.
        peek: look without reading.
    """

    person: str = ""
    place: str = ""
    thread: str = ""
    panel: str = ""
    before: str = ""
    q: str = ""
    peek: bool = False


@dataclass
class Screens:
    """Draws screens; whatever is asked for and not there becomes what somebody sees at first."""

    workspace: Workspace
    people: Mapping[str, Person]
    deliveries: list[Delivery]
    inspector: Inspector
    reading: Reading
    pressed: Pressed
    about: Callable[[], About]
    time: TimeControl | None = None
    _drawn: Kept[Markup] = field(default_factory=lambda: Kept(MOST_KEPT))

    def of(self, asked: Asked, *, version: int) -> Json:
        """The answer to ``GET /screen``."""
        person = self._person(asked.person)
        if person is None:
            return _nobody(version)
        place = place_of(self.workspace, person, asked.place)
        thread = asked.thread if place.channel and asked.thread in place.channel.messages else ""
        if not asked.peek:
            self._read(person, place, thread)
        view = _View(self, person, place, thread, asked)
        frame = view.frame
        lists = {name: [_sent(item) for item in items] for name, items in view.lists().items()}
        here = {
            "version": version,
            "as": person.user_id,
            "in": place.id,
            "thread": thread,
            "before": asked.before,
        }
        regions = {name: str(html) for name, html in view.regions().items()}
        return here | {"regions": regions, "lists": lists, **frame.counts(), **view.writing()}

    def _person(self, user_id: str) -> Person | None:
        here = players(self.people.values())
        return next((p for p in here if p.user_id == user_id), here[0] if here else None)

    def _read(self, person: Person, place: Place, thread: str) -> None:
        self.reading.open(person.member, place.channel)
        if place.channel and thread:
            self.reading.open_thread(person.member, place.channel, thread)


class _View:
    """One screen while it is drawn."""

    def __init__(self, screens: Screens, person: Person, place: Place, thread: str, asked: Asked) -> None:
        self._screens = screens
        self._person = person
        self._place = place
        self._thread = thread
        self._asked = asked
        workspace = screens.workspace
        here = place.channel.id if place.channel else ""
        self._names = Names.of(workspace, viewer=person.member, here=here)
        self._page = Renderer(self._names)
        self.frame = Frame(workspace, screens.people, person, place, screens.reading, self._page)

    def regions(self) -> dict[str, Markup]:
        """The parts of the page that are one piece each."""
        home = self._page.home(self._person.home) if self._place.channel is None else Markup()
        views = self._person.open_views
        return {
            "about": self.frame.about(self._screens.about()),
            "people": self.frame.people(),
            "sidebar": self.frame.sidebar(),
            "header": self.frame.header(),
            "time": self.frame.time(self._screens.time),
            "modal": self._page.view(views[-1]) if views else Markup(),
            "home": home,
            "thread-head": self.frame.thread_head() if self._thread else Markup(),
            "inspector-head": self._screens.inspector.head() if self._inspects else Markup(),
        }

    def lists(self) -> dict[str, list[Item]]:
        """The parts that grow item by item."""
        timeline = self._timeline()
        calls = self._screens.inspector.items(q=self._asked.q, tz=self._names.tz) if self._inspects else []
        return {
            "messages": timeline.messages(before=self._asked.before) if timeline else [],
            "thread": timeline.thread(self._thread) if timeline and self._thread else [],
            "inspector": calls,
        }

    def writing(self) -> Json:
        """Whether and what somebody can write here."""
        app, channel = self._screens.workspace.app.name, self._place.channel
        if channel is None:
            facts: Json = {"can_write": False, "why_not": "", "can_join": False, "placeholder": ""}
        else:
            why_not = why_not_write(channel, self._person.member, app_name=app)
            name = app if channel.is_im else f"#{channel.name}"
            facts = {"can_write": not why_not, "why_not": why_not, "placeholder": f"Message {name}"}
            facts["can_join"] = may_join(channel, self._person.member)
        return facts | {"kind": self._place.kind, "typing": f"{app} is writing …" if self._writes() else ""}

    @property
    def _inspects(self) -> bool:
        return self._asked.panel == "inspector"

    def _timeline(self) -> Timeline | None:
        if self._place.channel is None:
            return None
        screens = self._screens
        return Timeline(
            self._place.channel,
            self._person.member,
            self._names,
            screens.reading,
            screens.pressed,
            screens._drawn,  # noqa: SLF001 - a view is a part of its screens.
            screens.about().sample_until or "",
        )

    def _writes(self) -> bool:
        """Whether the app is about to say something here, or to answer what this person just did."""
        channel = self._place.channel
        streaming = channel is not None and any(m.streaming for m in channel.messages.values())
        latest = self._screens.deliveries[-20:]
        return streaming or any(_waits_for(self._person.user_id, delivery) for delivery in latest)


def _waits_for(user_id: str, delivery: Delivery) -> bool:
    if delivery.outcome != "waiting" or delivery.kind == "events_api":
        return False
    asker: Any = delivery.payload.get("user_id") or delivery.payload.get("user", {}).get("id")
    return bool(asker == user_id)


def _sent(item: Item) -> Json:
    return {"key": item.key, "html": str(item.html)}


def _nobody(version: int) -> Json:
    empty: Json = {
        "as": "",
        "in": "",
        "thread": "",
        "before": "",
        "regions": {},
        "lists": {},
        "kind": "app-home",
    }
    told = {
        "can_write": False,
        "why_not": "Nobody is here yet.",
        "can_join": False,
        "placeholder": "",
        "typing": "",
    }
    return {"version": version, "unread": 0, "mentions": 0, "title": "Draftloop sandbox"} | empty | told
