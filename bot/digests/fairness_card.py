"""A fairness report as the card that admins read."""

from typing import Final

from bot.digests.fairness import Diversity, FairnessReport, FlagRate, FlagRates
from bot.digests.figure import direction
from bot.digests.wording import build_evidence, build_value, plural
from bot.slack.blocks.stats import Group, Row, StatsCard
from bot.slack.text import escape
from storage.queries.fairness import Grouping

MOST_SHOWN: Final = 10
_TOO_FEW: Final = "fewer than 3 people"
_NOTES: Final = (
    (
        "A range is a 95% interval (Wilson's); *n* is how many judged drafts, or requests, a share rests on. "
        "Groups with fewer than 3 people are left out, and where that is only one, the smallest of the others with it."
    ),
    (
        "*As diverse as*: how many people who all give equally much would be as diverse as these. "
        "A difference between groups is no proof of bias: it is where to look."
    ),
)


def build_fairness_card(report: FairnessReport) -> StatsCard:
    """Build the card."""
    title = f"Fairness · last {report.period.days} days"
    if not report.judged.n:
        return StatsCard(title, "No drafts were posted in that time, so there is nothing to compare.")
    groups = (*(_flags(by, rates) for by, rates in report.flags.items()), _reviewers(report))
    return StatsCard(title, _summary(report), groups, _NOTES)


def _summary(report: FairnessReport) -> str:
    warnings = [*_apart(report), *_one_sided(report.diversity)]
    return "\n".join(f":warning: {one}" for one in warnings) or "Nothing stands out."


def _apart(report: FairnessReport) -> list[str]:
    """Say which groups are flagged more than the least flagged of their kind, if that is clear."""
    told = []
    for by, rates in report.flags.items():
        least = min(rates.shown, key=lambda one: one.figure.high or 0, default=None)
        names = [
            _named(by, one)
            for one in rates.shown
            if least and one != least and direction(one.figure, before=least.figure) == "up"
        ]
        if least and names:
            told.append(
                f"Flagged clearly more often than {_named(by, least)}: {', '.join(names[:MOST_SHOWN])}."
            )
    return told


def _one_sided(diversity: Diversity | None) -> list[str]:
    if diversity is None or not diversity.is_one_sided:
        return []
    return [
        (
            f"The most active person gave {diversity.top_share:.0%} of all feedback; it is as diverse as that of "
            f"{diversity.effective:.1f} people. Ask others too, so that drafts follow the whole team."
        )
    ]


def _flags(by: Grouping, rates: FlagRates) -> Group:
    rows = [
        Row(
            _named(by, one),
            build_value(one.figure, style="percent"),
            build_evidence(one.figure, style="percent"),
        )
        for one in rates.shown[:MOST_SHOWN]
    ]
    missing = len(rates.shown[MOST_SHOWN:])
    if missing:
        rows.append(Row("More", plural(missing, by)))
    if rates.left_out:
        rows.append(Row("Left out", plural(rates.left_out, by), "too few people to show them"))
    return Group(f"Flagged drafts by {by}", tuple(rows) or (Row("None yet", "no judged drafts"),))


def _reviewers(report: FairnessReport) -> Group:
    diversity, answers = report.diversity, report.answers
    asked = Row("Requests answered", _TOO_FEW)
    if answers is not None:
        asked = Row(
            "Requests answered",
            build_value(answers, style="percent", nothing="nobody was asked"),
            build_evidence(answers, style="percent"),
        )
    judged = Row(
        "Drafts that anybody judged",
        build_value(report.judged, style="percent"),
        build_evidence(report.judged, style="percent"),
    )
    return Group("Who judges", (*_people(diversity), asked, judged))


def _people(diversity: Diversity | None) -> tuple[Row, ...]:
    if diversity is None:
        return (Row("People who gave feedback", _TOO_FEW),)
    return (
        Row("People who gave feedback", f"{diversity.people:,}", plural(diversity.opinions, "opinion")),
        Row("As diverse as", f"{diversity.effective:.1f} people"),
        Row("The most active one", f"{diversity.top_share:.0%} of it"),
    )


def _named(by: Grouping, one: FlagRate) -> str:
    return f"<#{one.name}>" if by == "channel" else escape(one.name)
