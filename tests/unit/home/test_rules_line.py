"""What the Home tab says about rules."""

import pytest

from bot.home.member import NO_RULES, build_rules_line
from storage.queries.rule_list import RuleCounts


@pytest.mark.parametrize(
    ("counts", "line"),
    [
        (RuleCounts(), NO_RULES),
        (RuleCounts(active=1), "*1 rule* that drafts follow."),
        (RuleCounts(active=12, proposed=2), "*12 rules* that drafts follow, 2 proposed."),
        (
            RuleCounts(0, 1, 1),
            "*0 rules* that drafts follow, 1 proposed. 1 correction of yours taught me something.",
        ),
    ],
)
def test_the_line_counts_rules_and_what_one_taught(counts, line):
    assert build_rules_line(counts) == line
