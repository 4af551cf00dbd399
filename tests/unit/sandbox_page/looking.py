"""Eyes for the page's HTML: a small workspace to render for, and a reader of what was rendered."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

from bot.sandbox.blocks import with_ids
from bot.sandbox.page.rendering import Names, Place, Renderer
from bot.sandbox.records import Message, OpenView

NOW = datetime(2026, 11, 23, 12, 30, tzinfo=UTC)
TS = f"{NOW.timestamp():.6f}"
APP, ANA, BEN, EVE = "UAPP", "UANA", "UBEN", "UEVE"

NAMES = Names(
    viewer=ANA,
    tz=ZoneInfo("Europe/Berlin"),
    now=NOW,
    people={APP: "Draftloop", ANA: "Ana Bell", BEN: "Ben", EVE: "Eve Ng"},
    apps=frozenset({APP}),
    places={
        "CNEWS": Place("CNEWS", "news", "public"),
        "CTEAM": Place("CTEAM", "team", "private"),
        "DAPP": Place("DAPP", "Draftloop", "im"),
        "DBEN": Place("DBEN", "Ben", "im"),
    },
    groups={"SDEV": "developers"},
    app=APP,
    here="CNEWS",
)
PAGE = Renderer(NAMES)

# What a browser never finds closed.
_VOID = {"br", "hr", "img", "input"}


@dataclass
class Element:
    """One element as a browser sees it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def classes(self):
        return self.attributes.get("class", "").split()


@dataclass
class Seen(HTMLParser):
    """Everything in a piece of HTML; elements that are not closed properly are an error."""

    html: str
    elements: list[Element] = field(default_factory=list)
    text: str = ""
    open: list[Element] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__(convert_charrefs=True)
        self.feed(str(self.html))
        self.close()
        assert not self.open, f"not closed: {self.open}"
        assert not self.comments

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_endtag(self, tag):
        assert self.open, f"nothing open at </{tag}>"
        assert self.open.pop().tag == tag

    def handle_data(self, data):
        self.text += data
        for element in self.open:
            element.text += data

    def handle_comment(self, data):
        self.comments.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment

    def all(self, tag=None, **attributes):
        wanted = {name.replace("_", "-"): value for name, value in attributes.items()}
        return [
            element
            for element in self.elements
            if tag in (None, element.tag) and wanted.items() <= element.attributes.items()
        ]

    def one(self, tag=None, **attributes):
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes} in {self.html}"
        return found[0]

    def with_class(self, name):
        return [element for element in self.elements if name in element.classes]

    @property
    def ids(self):
        return [element.attributes["id"] for element in self.elements if "id" in element.attributes]


def see(html):
    return Seen(html)


def see_block(block, **more):
    return see(PAGE.blocks(with_ids([block | more]), scope="s"))


def see_text(mrkdwn):
    return see(PAGE.mrkdwn(mrkdwn))


def make_message(text="Hello", *, user=ANA, ts=TS, blocks=(), **more):
    bot = {"bot_id": "BAPP"} if user == APP else {}
    return Message("CNEWS", ts, user, text, blocks=with_ids(list(blocks)), **(bot | more))


def make_view(blocks, *, state=None, **more):
    payload = {
        "id": "V1",
        "type": "modal",
        "title": {"type": "plain_text", "text": "A title"},
        "submit": {"type": "plain_text", "text": "Save"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": with_ids(list(blocks)),
        "state": {"values": state or {}},
        "previous_view_id": None,
        "hash": "1.2",
    }
    return OpenView(payload | more)
