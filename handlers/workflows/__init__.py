"""What durable work runs, one file per workflow; arguments and step results are ids and numbers, never texts."""

from functools import partial

from bot.runtime.durable import Durable
from bot.services import Services
from handlers.workflows.digest import run_digest
from handlers.workflows.draft import run_draft
from handlers.workflows.feedback import run_mark_reply, run_note, run_offer_reason, run_show_edit
from handlers.workflows.retrain import run_retrain
from handlers.workflows.revise import run_revise


def register(durable: Durable, *, services: Services) -> None:
    """Name every workflow before the durable runtime starts."""
    durable.workflow("digest", partial(run_digest, services=services))
    durable.workflow("draft", partial(run_draft, services=services))
    durable.workflow("mark_reply", partial(run_mark_reply, services=services))
    durable.workflow("note", partial(run_note, services=services))
    durable.workflow("offer_reason", partial(run_offer_reason, services=services))
    durable.workflow("show_edit", partial(run_show_edit, services=services))
    durable.workflow("retrain", partial(run_retrain, services=services))
    durable.workflow("revise", partial(run_revise, services=services))
