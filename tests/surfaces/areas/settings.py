"""The settings: the hub and its forms, each with every state people meet."""

from collections.abc import Iterator
from dataclasses import replace

from bot.feedback.emoji_forms import EmojiForms
from bot.feedback.emoji_map import grouped, understand, words_for
from bot.slack.blocks.new_draft import new_draft_modal
from bot.slack.blocks.settings import HubCard, HubDoor, Told, hub_modal
from bot.slack.blocks.settings_channel import ChannelForm, channel_modal
from bot.slack.blocks.settings_emoji import EmojiForm, EmojiGroup, EmojiLine, emoji_modal
from bot.slack.blocks.settings_tasks import TaskList, TaskRow, task_modal, tasks_modal
from bot.slack.blocks.settings_workspace import WorkspaceForm, workspace_modal
from bot.slack.text import escape
from bot.team.channels import ChannelWays
from bot.team.forms import Place
from bot.team.tasks import TASKS, TaskBook
from bot.team.told import tell_channel, tell_workspace
from bot.team.workspaces import WorkspaceWays
from tests.surfaces.surface import Surface

PLACE = Place(channel_id="C0LAUNCH", hub_id="V0HUB", seen="0123456789abcdef")
METADATA = PLACE.to_json()
BOOK = TaskBook.of([])
TONE = "Warm and brief. We say you, never users, and no exclamation marks."
DOORS = (
    HubDoor("settings_channel", "This channel", "Its task, tone, reviewers and digest, and who may ask"),
    HubDoor("settings_workspace", "Workspace", "Time zone, flags, implicit signals, other organisations"),
    HubDoor("settings_tasks", "Tasks", "The kinds of drafts people may ask for, and what I am to do in each"),
    HubDoor("settings_emoji", "Emoji", "Which emoji on a draft say what"),
    HubDoor("settings_recurring", "Recurring briefs", "What I write by the clock", for_admins=False),
)
WAYS = ChannelWays(
    "C0LAUNCH", task="announcement", tone=TONE, who="reviewers", group="S0WRITERS", reviewers=2
)
PLAIN_WAYS = ChannelWays("C0LAUNCH", digest="off")
WORKSPACE = WorkspaceWays("Europe/Berlin", flag_quorum=3, implicit=True, other_organisations=True)
HUB = HubCard(
    "C0LAUNCH",
    tell_channel(WAYS, tasks=BOOK, zone="Europe/Berlin"),
    tell_workspace(WORKSPACE, emoji={"eyes": "positive"}, tasks=BOOK, count_others=False),
    DOORS,
)
USUAL_HUB = HubCard(
    "C0LAUNCH",
    tell_channel(PLAIN_WAYS, tasks=BOOK, zone="UTC"),
    tell_workspace(WorkspaceWays(), emoji={}, tasks=BOOK, count_others=False),
    DOORS,
)
CHANNEL = ChannelForm(
    channel_id="C0LAUNCH",
    tasks={task.name: task.title for task in BOOK.offered()},
    task="announcement",
    tone=TONE,
    who="reviewers",
    groups={"S0WRITERS": "@writers · Writers", "S0LEGAL": "@legal · Legal"},
    group="S0WRITERS",
    may_see_groups=True,
    reviewers=2,
    digest="fri",
    digest_time="15:00",
    zone="Europe/Berlin",
    rules_need_admin=True,
)
WORKSPACE_FORM = WorkspaceForm(
    "UTC", 0, implicit=False, others=None, others_installed=False, admin_channel=None
)
TASK_CHOICES = [(task.name, task.title) for task in BOOK.offered()]
TYPED = ":eyes: = positive\n:fire: = none\n:boom = 7\n:rotating_light: = flag:unsafe\n:eyes: = negative"
OWN = {"eyes": "positive", "fire": "none", "rotating_light": "flag:unsafe"}
GROUPS = tuple(EmojiGroup(words_for(meaning), tuple(names)) for meaning, names in grouped(OWN))
ROWS = (
    *(TaskRow(task.name, task.title, task.instructions, "ours") for task in TASKS.values()),
    TaskRow("press-release", "Press release", "Write a press release: the news first, then a quote.", "own"),
    TaskRow("standup", "Stand-up note", "Write three lines: done, next, blocked.", "own", retired=True),
)


def surfaces() -> Iterator[Surface]:
    yield Surface("new draft", "modal", new_draft_modal(TASK_CHOICES, task="reply", channel_id="C0LAUNCH"))
    direct = new_draft_modal(TASK_CHOICES, task="plain", brief="The office opens at nine on Monday.")
    yield Surface("new draft · outside a channel", "modal", direct)
    yield from _hubs()
    yield from _channels()
    yield from _workspaces()
    yield from _emoji()
    yield from _tasks()


def _hubs() -> Iterator[Surface]:
    yield Surface("hub · member", "modal", hub_modal(HUB, metadata=METADATA))
    yield Surface("hub · admin", "modal", hub_modal(replace(HUB, is_admin=True), metadata=METADATA))
    yield Surface(
        "hub · admin, nothing changed yet",
        "modal",
        hub_modal(replace(USUAL_HUB, is_admin=True), metadata=METADATA),
    )
    yield Surface("hub · Slack is slow", "modal", hub_modal(replace(HUB, is_admin=None), metadata=METADATA))
    nowhere = replace(HUB, channel_id=None, here=(), is_admin=True)
    yield Surface("hub · outside a channel", "modal", hub_modal(nowhere, metadata=METADATA))
    direct = replace(HUB, channel_id="D0ANA", is_admin=True)
    yield Surface("hub · in a direct message", "modal", hub_modal(direct, metadata=METADATA))


def _channels() -> Iterator[Surface]:
    bare = replace(CHANNEL, task="plain", tone="", who="everybody", group=None, reviewers=1, digest="off")
    states = {
        "channel": CHANNEL,
        "channel · as usual": bare,
        "channel · no user groups": replace(bare, groups={}),
        "channel · groups not allowed": replace(bare, groups={}, may_see_groups=False),
        "channel · Slack is slow": replace(bare, groups=None),
        "channel · Slack is slow, with reviewers": replace(CHANNEL, groups=None),
        "channel · the group is gone": replace(CHANNEL, groups={}, group="S0GONE"),
        "channel · its task is retired": replace(
            CHANNEL,
            tasks={**CHANNEL.tasks, "standup": "Stand-up note (retired: drafts are plain)"},
            task="standup",
        ),
    }
    for name, form in states.items():
        yield Surface(name, "modal", channel_modal(form, metadata=METADATA))


def _workspaces() -> Iterator[Surface]:
    changed = WorkspaceForm(
        "Europe/Berlin",
        3,
        implicit=True,
        others="count",
        others_installed=False,
        admin_channel="C0LAUNCH",
        rules_by="team",
    )
    yield Surface("workspace · as usual", "modal", workspace_modal(WORKSPACE_FORM, metadata=METADATA))
    yield Surface("workspace · changed", "modal", workspace_modal(changed, metadata=METADATA))
    installed = replace(WORKSPACE_FORM, others_installed=True)
    yield Surface("workspace · others count", "modal", workspace_modal(installed, metadata=METADATA))


def _emoji() -> Iterator[Surface]:
    today = EmojiForm(GROUPS, "")
    yield Surface("emoji", "modal", emoji_modal(today, metadata=METADATA))
    yield Surface("emoji · preview with mistakes", "modal", _previewed(TYPED))
    yield Surface("emoji · preview", "modal", _previewed(":eyes: = positive\n:fire: = none"))
    yield Surface("emoji · preview of nothing", "modal", _previewed(""))
    full = "\n".join(f":team-emoji-{number}: = positive" for number in range(100))
    yield Surface("emoji · a hundred lines", "modal", _previewed(full))


def _previewed(typed: str):
    return EmojiForms(None).preview(typed, place=PLACE)  # type: ignore[arg-type]


def _tasks() -> Iterator[Surface]:
    changed = replace(ROWS[1], kind="changed", instructions="Write it as our mayor would say it.")
    shown = (ROWS[0], changed, *ROWS[2:])
    yield Surface("tasks", "modal", tasks_modal(TaskList.of(shown, page=0), metadata=METADATA))
    many = [replace(ROWS[-2], name=f"task-{number}") for number in range(120)]
    yield Surface("tasks · first page", "modal", tasks_modal(TaskList.of(many, page=0), metadata=METADATA))
    yield Surface("tasks · in the middle", "modal", tasks_modal(TaskList.of(many, page=5), metadata=METADATA))
    yield Surface("tasks · last page", "modal", tasks_modal(TaskList.of(many, page=99), metadata=METADATA))
    yield Surface("task · new", "modal", task_modal(None, metadata=METADATA))
    yield Surface("task · edit", "modal", task_modal(changed, metadata=METADATA))


def bounds(text: str) -> Iterator[Surface]:
    many = [(f"task-{number}", text) for number in range(150)]
    view = new_draft_modal(many, task="task-149", channel_id="C0LAUNCH", brief=text)
    yield Surface("new draft", "modal", view)
    told = tuple(Told("Tone", escape(text)) for _ in range(12))
    hub = HubCard("C0LAUNCH", told, told, DOORS, is_admin=True)
    yield Surface("hub", "modal", hub_modal(hub, metadata=METADATA))
    names = {f"name-{number}": text for number in range(101)}
    form = replace(
        CHANNEL, tasks={**names, "last": text}, task="last", tone=text, groups=names, group=None, zone=text
    )
    yield Surface("channel", "modal", channel_modal(form, metadata=METADATA))
    form = replace(form, groups={"S0A": text}, group="S0A")
    yield Surface("channel · group", "modal", channel_modal(form, metadata=METADATA))
    workspace = WorkspaceForm(text, 20, implicit=True, others=None, others_installed=True, admin_channel=None)
    yield Surface("workspace", "modal", workspace_modal(workspace, metadata=METADATA))
    row = TaskRow("press-release", text, text, "changed")  # A name is checked when it is made.
    rows = [replace(row, name=f"task-{number}") for number in range(10)]
    yield Surface("tasks", "modal", tasks_modal(TaskList.of(rows, page=0), metadata=METADATA))
    yield Surface("task", "modal", task_modal(row, metadata=METADATA))
    yield Surface("emoji", "modal", _previewed(text))
    lines = tuple(EmojiLine(number, text, text, text) for number in range(100))
    groups = tuple(EmojiGroup(text, (text,) * 20) for _ in range(10))
    shown = EmojiForm(groups, text, lines, groups)
    yield Surface("emoji · preview", "modal", emoji_modal(shown, metadata=METADATA))
    assert len(understand(text).lines) <= 101
