"""Says in words where a rule holds: mrkdwn, escaped, the same wherever people read it."""

from bot.learning.scopes import Scope
from bot.slack.text import escape
from bot.team.tasks import TaskBook

EVERYWHERE = "everywhere"


def scope_in_words(scope: Scope, *, tasks: TaskBook) -> str:
    """Say where a rule holds: `in #launch, for *Announcement* drafts that @Ana asks for`; `everywhere` without bounds."""
    place = f"in <#{scope.channel_id}>" if scope.channel_id else ""
    task = f"*{escape(tasks.title_of(scope.task))}* " if scope.task else ""
    asked = f" that <@{scope.requester_id}> asks for" if scope.requester_id else ""
    drafts = f"for {task}drafts{asked}" if task or asked else ""
    return ", ".join(filter(None, (place, drafts))) or EVERYWHERE
