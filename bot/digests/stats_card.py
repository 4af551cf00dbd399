"""A stats report as the card that people read."""

from collections.abc import Sequence
from dataclasses import replace

from bot.digests.figure import Figure
from bot.digests.outcomes import build_outcome_rows
from bot.digests.stats import (
    IMPLICIT_GROUP,
    IMPLICIT_MEASURES,
    MEASURES,
    PERIODS,
    Measure,
    StatsReport,
)
from bot.digests.wording import DASH, build_day, build_evidence, build_phrase, build_value, plural
from bot.scoring.agreement import Agreement
from bot.scoring.explain import HEADING, NOTE, Line
from bot.slack.blocks.stats import Group, Row, StatsCard
from bot.slack.text import escape

FIRST_STEPS = (
    "There is nothing to count yet. Ask for a first draft with `/draft <what you need>` in a channel I am in, "
    "then press 👍 or 👎 on it, or reply in its thread with a better text. Your figures appear here at once."
)
INTERVAL_NOTE = (
    "*n* is how many cases a figure rests on; the range is a 95% interval (Wilson's for shares, Student's for "
    "ratings), taking votes as independent. Drafts count on the day they were posted, feedback on the day it was given."
)
OUTCOME_GROUP = "Your outcomes, per release (mean over drafts)"
AGREEMENT_GROUP = "Agreement"
AGREEMENT_NOTE = (
    "*Agreement* is Krippendorff's alpha over drafts that two people or more judged: 1.00 is perfect, 0.00 is what chance "
    "would bring. Where it is low, a vote says more about the voter than about the draft."
)
SMALL_GROUP_NOTE = "Fewer than 3 people gave feedback, so I do not say how many."


def build_card(report: StatsReport, *, name: str) -> StatsCard:
    """Build the card for a report; `name` says whose figures they are (`#general`, `You`, `Task reply`)."""
    title = f"{name} · last {report.period.days} days"
    if report.totals.empty:
        return StatsCard(title, _empty(report, name=name))
    return StatsCard(title, _summary(report), _groups(report), _notes(report))


def with_judgement(card: StatsCard, lines: Sequence[Line]) -> StatsCard:
    """Add to somebody's own card how far their judgement counts; where nothing is known yet, nothing is added."""
    if not lines:
        return card
    rows = tuple(Row(escape(line.label), line.value, line.evidence) for line in lines)
    return replace(card, groups=(*card.groups, Group(HEADING, rows)), notes=(*card.notes, NOTE))


def with_agreement(card: StatsCard, agreement: Agreement | None) -> StatsCard:
    """Add how far people agree on what is good; where too little is known, nothing is added."""
    if agreement is None:
        return card
    evidence = f"n = {plural(agreement.items, 'draft')}, {agreement.low:.2f}{DASH}{agreement.high:.2f}"
    row = Row("People agree on what is good", f"{agreement.alpha:.2f}", evidence)
    return replace(
        card, groups=(*card.groups, Group(AGREEMENT_GROUP, (row,))), notes=(*card.notes, AGREEMENT_NOTE)
    )


def _groups(report: StatsReport) -> tuple[Group, ...]:
    own = report.scope.user_id is not None
    groups: dict[str, list[Row]] = {}
    for measure in MEASURES:
        if own and not measure.own_label:
            continue
        groups.setdefault(measure.group, []).append(_row(measure, report.figures[measure.name], own=own))
    if report.shows_implicit:
        apart = (_row(measure, measure.figure(report.totals), own=own) for measure in IMPLICIT_MEASURES)
        groups[IMPLICIT_GROUP] = list(apart)
    if outcomes := build_outcome_rows(report.outcomes):
        groups[OUTCOME_GROUP] = list(outcomes)
    return tuple(Group(heading, tuple(rows)) for heading, rows in groups.items())


def _row(measure: Measure, figure: Figure, *, own: bool) -> Row:
    return Row(
        measure.own_label if own else measure.label,
        build_value(figure, style=measure.style, nothing=measure.nothing),
        build_evidence(figure, style=measure.style),
    )


def _summary(report: StatsReport) -> str:
    totals, acceptance = report.totals, report.figures["acceptance"]
    posted = plural(totals.drafts, "draft")
    whose = "for you" if report.scope.user_id else "posted"
    if acceptance.value is None:
        return f"{posted} {whose}, none judged yet: a 👍, a 👎 or a correction is all it takes."
    return f"{posted} {whose}; of the {totals.judged:,} judged, *{build_phrase(acceptance, style='percent')}* were accepted."


def _notes(report: StatsReport) -> tuple[str, ...]:
    shared = report.scope.user_id is None
    defined = "; ".join(
        f"*{m.label if shared else m.own_label}*: {m.definition}"
        for m in MEASURES
        if m.style in {"percent", "stars"}
    )
    small = (SMALL_GROUP_NOTE,) if shared and report.figures["contributors"].value is None else ()
    return (_span(report), INTERVAL_NOTE, f"{defined}.", *small)


def _span(report: StatsReport) -> str:
    first, last = report.period.first_day, report.period.last_day
    return f"{build_day(first)} {DASH} {build_day(last)} {last.year}: the last {report.period.days} UTC days, today included."


def _empty(report: StatsReport, *, name: str) -> str:
    if not report.ever_drafted:
        return FIRST_STEPS
    return f"Nothing from *{name}* in these {report.period.days} days.{_wider(report)}{_other_tasks(report)}"


def _wider(report: StatsReport) -> str:
    wider = [days for days in PERIODS if days > report.period.days]
    return f" Try `{wider[-1]}d` for a longer look back." if wider else ""


def _other_tasks(report: StatsReport) -> str:
    if report.scope.task is None or report.scope.task in report.known_tasks:
        return ""
    return " Tasks I know here: " + ", ".join(f"`{task}`" for task in report.known_tasks[:10]) + "."
