"""What a draft sees under a release: the live rules with single changes, in which people's later decisions win."""

from bot.drafts.release_spec import RuleChange, apply_overlay, overlay_json, read_overlay
from bot.learning.house_rule import HouseRule
from bot.learning.scopes import WORKSPACE, Cell, Scope

CELL = Cell("C1", "reply", "U1")
CHANNEL = Scope("C1")


def rule(rule_id, *, topic="emoji", stance="none", text="No emoji.", scope=WORKSPACE, version=1):
    return HouseRule(rule_id, 1, topic, stance, text, scope, version)


def added(scope=CHANNEL, *, topic="emoji"):
    return RuleChange("add", "new", topic=topic, stance="some", text="Use emoji.", scope=scope)


def texts(rules, *changes):
    return [one.text for one in apply_overlay(rules, changes, cell=CELL)]


def test_without_changes_the_narrowest_rule_of_each_topic_holds():
    broad, narrow = rule("a"), rule("b", text="Use emoji.", scope=CHANNEL)

    assert texts([broad, narrow, rule("c", topic="length", text="Short.")]) == ["Use emoji.", "Short."]


def test_a_rule_is_reworded_and_dropped_while_it_has_the_version_that_was_meant():
    reworded = RuleChange("reword", "a", 1, text="Never any emoji.")

    assert texts([rule("a")], reworded) == ["Never any emoji."]
    assert texts([rule("a")], RuleChange("drop", "a", 1)) == []


def test_a_rule_that_was_changed_since_stays_as_it_is():
    newer = rule("a", version=2)

    assert texts([newer], RuleChange("reword", "a", 1, text="x"), RuleChange("drop", "a", 1)) == ["No emoji."]


def test_a_dropped_rule_makes_room_for_the_broader_one():
    rules = [rule("b", text="Use emoji.", scope=CHANNEL), rule("a")]

    assert texts(rules, RuleChange("drop", "b", 1)) == ["No emoji."]


def test_an_added_rule_holds_where_its_scope_covers_the_draft():
    assert texts([], added()) == ["Use emoji."]
    assert texts([], added(Scope("C2"))) == []


def test_an_added_rule_outdoes_a_broader_one_and_gives_way_to_an_equal_or_narrower_one():
    assert texts([rule("a")], added()) == ["Use emoji."]
    assert texts([rule("a", scope=CHANNEL)], added()) == ["No emoji."]
    assert texts([rule("a", scope=Scope("C1", None, "U1"))], added()) == ["No emoji."]


def test_an_added_rule_that_is_in_the_playbook_by_now_is_not_there_twice():
    kept = rule("new", topic="emoji", text="Use emoji!", scope=CHANNEL, version=3)

    assert texts([kept], added()) == ["Use emoji!"]


def test_a_reworded_rule_does_not_take_the_place_of_another_one_about_its_new_topic():
    rules = [rule("a"), rule("b", topic="length", text="Short.")]

    assert texts(rules, RuleChange("reword", "a", 1, topic="length", text="Long.")) == ["No emoji.", "Short."]


def test_a_dropped_rule_makes_room_for_an_added_one_in_its_place():
    changes = (RuleChange("drop", "a", 1), added(WORKSPACE))

    assert texts([rule("a")], *changes) == ["Use emoji."]


def test_changes_come_back_from_a_row_as_they_were():
    changes = (added(), RuleChange("drop", "a", 1))

    assert read_overlay(overlay_json(changes)) == changes
