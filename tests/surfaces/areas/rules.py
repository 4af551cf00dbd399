"""The rules: the list and everything that narrows it, a rule's own page, and its forms."""

from collections.abc import Iterator
from dataclasses import replace

from bot.digests.effects import NOT_AN_EXPERIMENT, Effect, Side
from bot.learning.rulebook.browsing import ADMIN_NOT_KNOWN
from bot.learning.rulebook.rule_words import build_done
from bot.learning.rulebook.rules_place import RulesPlace
from bot.learning.rules.decisions import Decided
from bot.slack.blocks.rules import RuleListCard, RuleRow, rules_modal
from bot.slack.blocks.rules_forms import ScopeForm, edit_modal, propose_modal, scope_modal
from bot.slack.blocks.rules_page import RuleCard, RuleExample, rule_modal
from bot.slack.text import escape
from bot.team.tasks import TASKS
from storage.queries.effects import Arm
from tests.surfaces.surface import Surface

METADATA = RulesPlace(here="C0LAUNCH", rule_id="f" * 32, list_id="V0LIST", version=3).to_json()
TITLES = {task.name: task.title for task in TASKS.values()}
EMOJI = RuleRow(
    "a" * 32,
    41,
    "Use no emoji.",
    "in <#C0LAUNCH>, for *Announcement* drafts",
    ("active", "4 for, 1 against", "in 38 drafts", "accepted 81% (n = 26, 62-91%)"),
)
ROWS = (
    RuleRow("b" * 32, 42, "Sign off with “The Atlas team”.", "everywhere", ("*proposed*: waits for an admin", "2 for, 0 against")),
    EMOJI,
    RuleRow("c" * 32, 40, "Write dates like 3 November.", "for *Release notes* drafts", ("active", "3 for, 0 against", "in 112 drafts")),
    RuleRow("d" * 32, 38, "Say “customers”, not “users”.", "in <#C0SUPPORT>, for drafts that <@U0ALICE> asks for", ("active", "1 for, 0 against")),
)  # fmt: skip
LIST = RuleListCard(ROWS, total=4, tasks=TITLES, here="C0LAUNCH")
GOOD = Effect(Side.of(Arm(40, 26, 21, 24, 1.9)), Side.of(Arm(300, 180, 88, 150, 41.0)))
PAGE = RuleCard(
    id="a" * 32,
    number=41,
    text=EMOJI.text,
    state="active since 3 Nov 2026",
    where=EMOJI.where,
    origin="what people corrected",
    evidence=("For it: 4 people, 7 corrections", "Against it: 1 person, 1 correction"),
    examples=(
        RuleExample("The office opens at nine on Monday. Bring your badge.", "<@U0ALICE> in <#C0LAUNCH>, 3 Nov 2026"),
        RuleExample("No emoji please, this goes to the board.", "you in <#C0LAUNCH>, 1 Nov 2026"),
    ),
    effect=(GOOD.sentence(), *GOOD.lines(), NOT_AN_EXPERIMENT),
    history=(
        "12 Nov 2026 · <@U0CHLOE> changed where it holds: in <#C0LAUNCH>, for *Announcement* drafts",
        "3 Nov 2026 · I made it active",
        "1 Nov 2026 · I proposed it",
    ),
)  # fmt: skip
ADMINS = frozenset({"approve", "edit", "rescope", "retire"})
UNKNOWN = Effect(Side.of(Arm()), Side.of(Arm(12, 9, 6, 9, 1.0)))


def surfaces() -> Iterator[Surface]:
    yield from _lists()
    yield from _pages()
    yield from _forms()


def _lists() -> Iterator[Surface]:
    many = RuleListCard(ROWS * 2, total=10_000, page=617, tasks=TITLES, sees_all=True)
    states = {
        "list · member": LIST,
        "list · admin": replace(LIST, sees_all=True),
        "list · nothing yet": RuleListCard(tasks=TITLES, here="C0LAUNCH"),
        "list · nothing fits": RuleListCard(tasks=TITLES, words="haiku", sees_all=True),
        "list · searched": replace(LIST, rows=(EMOJI,), total=1, words="emoji", state="all", task="announcement"),
        "list · one channel": replace(LIST, channel_id="C0LAUNCH", sees_all=True),
        "list · a channel one is not in": replace(LIST, rows=ROWS[:1], channel_id="C0SECRET"),
        "list · retired": replace(LIST, state="closed", rows=(replace(EMOJI, about=("retired", "1 for, 3 against")),)),
        "list · of ten thousand": many,
        "list · last page": replace(many, page=1249, rows=ROWS),
        "list · Slack is slow": replace(LIST, notice=ADMIN_NOT_KNOWN),
        "list · in a direct message": replace(LIST, here="D0ANA"),
        "list · from Home": replace(LIST, here=None, notice=build_done(Decided("retired"))),
    }  # fmt: skip
    for name, card in states.items():
        yield Surface(name, "modal", rules_modal(card, metadata=METADATA))


def _pages() -> Iterator[Surface]:
    waiting = replace(
        PAGE,
        state="proposed 1 Nov 2026: waits for an admin",
        evidence=("For it: 2 people, 2 corrections", "Against it: nobody", "It waits for an admin."),
        effect=(UNKNOWN.sentence(), *UNKNOWN.lines(), NOT_AN_EXPERIMENT),
        may=ADMINS,
    )
    retired = replace(PAGE, state="retired since 9 Nov 2026: somebody undid it", examples=())
    states = {
        "rule · member": PAGE,
        "rule · admin": replace(PAGE, may=ADMINS - {"approve"}),
        "rule · proposed, admin": waiting,
        "rule · approved just now": replace(PAGE, may=ADMINS - {"approve"}, notice=build_done(Decided("approved"))),
        "rule · retired": retired,
        "rule · retired, admin": replace(retired, may=frozenset({"bring_back"})),
        "rule · written, nothing known": replace(
            waiting, origin="written by somebody", examples=(), history=(), evidence=("For it: nobody",)
        ),
    }  # fmt: skip
    for name, card in states.items():
        yield Surface(name, "modal", rule_modal(card, metadata=METADATA))


def _forms() -> Iterator[Surface]:
    form = ScopeForm("C0LAUNCH", tasks=TITLES)
    yield Surface("propose · member", "modal", propose_modal(form, decides=False, metadata=METADATA))
    yield Surface("propose · admin", "modal", propose_modal(form, decides=True, metadata=METADATA))
    yield Surface("edit", "modal", edit_modal(EMOJI.text, metadata=METADATA))
    wide = ScopeForm(tasks=TITLES)
    yield Surface("scope · everywhere", "modal", scope_modal(wide, text=EMOJI.text, metadata=METADATA))
    narrow = ScopeForm("C0LAUNCH", only_channel=True, task="announcement", tasks=TITLES, only_person=True)
    yield Surface("scope · narrow", "modal", scope_modal(narrow, text=EMOJI.text, metadata=METADATA))


def bounds(text: str) -> Iterator[Surface]:
    some = escape(text) or "x"
    tasks = {f"task-{number}": text for number in range(150)}
    rows = tuple(RuleRow("a" * 32, 10**9, text, some, (some,) * 9) for _ in range(20))
    card = RuleListCard(rows, 10**6, 77, "all", text, "C0LAUNCH", "task-149", tasks, "C0LAUNCH", notice=some)
    yield Surface("list", "modal", rules_modal(card, metadata=METADATA))
    lines, examples = (some,) * 40, (RuleExample(text, some),) * 9
    page = RuleCard("a" * 32, 10**9, text, some, some, some, lines, examples, lines, lines, ADMINS, some)
    yield Surface("rule", "modal", rule_modal(page, metadata=METADATA))
    form = ScopeForm("C0LAUNCH", only_channel=True, task="gone", tasks=tasks, person=text, only_person=True)
    yield Surface("propose", "modal", propose_modal(form, decides=True, metadata=METADATA))
    yield Surface("edit", "modal", edit_modal(text, metadata=METADATA))
    yield Surface("scope", "modal", scope_modal(form, text=text, metadata=METADATA))
