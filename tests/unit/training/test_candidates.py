from datetime import UTC, datetime
from typing import Any

import pytest

from bot.training.candidates import Candidate, Harvest, collect
from bot.training.stories import Reading
from bot.training.weights import Beliefs
from storage.models import Correction, Draft, Revision
from storage.queries.training import Evidence, Material

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def make_draft(**columns: Any) -> Draft:
    given = {"id": "d1", "brief": "Announce it.", "requester_id": "UASKER", "task": "plain", **columns}
    return Draft(workspace_id="T1", current_revision_id="r1", created_at=NOW, **given)


def make_revision(revision_id: str = "r1", **columns: Any) -> Revision:
    given = {"text": "The draft.", "kind": "generated", "draft_id": "d1", "number": 1, **columns}
    return Revision(id=revision_id, workspace_id="T1", **given)


def make_correction(control: str = "reply:1", **columns: Any) -> Correction:
    given = {
        "text": "The better draft.",
        "original": "The draft.",
        "user_id": "UALICE",
        "revision_id": "r1",
        "interpretation": "rewrite",
        "source": "thread",
        "state": "standing",
        **columns,
    }
    return Correction(workspace_id="T1", draft_id="d1", control=control, created_at=NOW, **given)


def make_evidence(event_id: str = "Ev1", **columns: Any) -> Evidence:
    given = {
        "draft_id": "d1",
        "revision_id": "r1",
        "user_id": "UALICE",
        "kind": "reaction",
        "control": "emoji:+1",
        "value": "positive",
        "status": "counted",
        "reason": None,
        **columns,
    }
    return Evidence(event_id=event_id, **given)


def make_rewrite(event_id: str = "Ev1", control: str = "reply:1", **columns: Any) -> Evidence:
    return make_evidence(event_id, kind="correction", control=control, value="", **columns)


def harvest(
    *evidence: Evidence,
    drafts: tuple[Draft, ...] = (),
    revisions: tuple[Revision, ...] = (),
    corrections: tuple[Correction, ...] = (),
    **reading: Any,
) -> Harvest:
    material = Material(
        evidence=evidence,
        drafts=drafts or (make_draft(),),
        revisions=revisions or (make_revision(),),
        corrections=corrections,
    )
    return collect(material, reading=Reading(lambda user_id: f"p_{user_id.lower()}", **reading))


def of_kind(found: Harvest, kind: str) -> list[Candidate]:
    return [candidate for candidate in found.candidates if candidate.kind == kind]


def reasons(found: Harvest) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for exclusion in found.exclusions:
        grouped.setdefault(exclusion.reason, []).extend(exclusion.source)
    return grouped


def test_a_rewrite_becomes_a_completion_and_a_pair_against_the_draft():
    found = harvest(make_rewrite(), corrections=(make_correction(),))

    assert [(c.kind, c.text, c.rejected) for c in found.candidates] == [
        ("sft", "The better draft.", None),
        ("preference", "The better draft.", "The draft."),
    ]
    assert {c.source for c in found.candidates} == {("Ev1",)}
    assert {c.weight for c in found.candidates} == {0.8889}


def test_a_rewrite_of_lines_is_the_whole_text_and_a_wish_about_them_names_no_text():
    lines = {"source": "line", "first_line": 0, "last_line": 0, "lines_before": "The draft."}
    rewrite = make_correction("line:V1", **lines, lines_after="The better draft.")
    wish = make_correction(
        "line:V2", **lines, text="In the line “The draft.”: warmer", interpretation="instruction"
    )

    found = harvest(
        make_rewrite("view:V1", "line:V1"), make_rewrite("view:V2", "line:V2"), corrections=(rewrite, wish)
    )

    assert [(c.kind, c.text, c.rejected, c.source) for c in found.candidates] == [
        ("sft", "The better draft.", None, ("view:V1",)),
        ("preference", "The better draft.", "The draft.", ("view:V1",)),
    ]
    assert reasons(found) == {"instruction": ["view:V2"]}


def test_an_approved_draft_becomes_a_completion():
    found = harvest(make_evidence(kind="approval", value="true"))

    assert [(c.kind, c.text, c.weight) for c in found.candidates] == [("sft", "The draft.", 0.8)]


def test_lone_thumbs_become_one_unpaired_preference_with_the_probability_that_the_draft_is_good():
    votes = [make_evidence(f"Ev{n}", user_id=f"U{n}") for n in range(3)]

    found = harvest(*votes, make_evidence("Ev3", user_id="U3", value="negative"))

    (kto,) = of_kind(found, "kto")
    assert (kto.label, kto.weight, kto.source) == (True, 0.8, ("Ev0", "Ev1", "Ev2", "Ev3"))
    assert [c.text for c in of_kind(found, "sft")] == ["The draft."]


def test_what_the_crowd_says_of_a_draft_counts_more_than_its_votes_alone():
    trusted = harvest(make_evidence(), beliefs=Beliefs(good={"d1": 0.95}))
    doubted = harvest(make_evidence(), beliefs=Beliefs(good={"d1": 0.6}))

    assert [c.weight for c in of_kind(trusted, "kto")] == [0.95]
    assert doubted.candidates == []
    assert reasons(doubted) == {"uncertain": ["Ev1", "Ev1"]}


def test_votes_on_several_texts_of_a_draft_speak_for_their_own_text():
    revised = make_revision("r2", number=2, text="Revised.")
    on_first = [make_evidence(f"Ev{n}", user_id=f"U{n}", value="negative") for n in range(2)]
    on_second = [make_evidence(f"Ev{n}", user_id=f"U{n}", revision_id="r2") for n in range(2, 4)]

    found = harvest(
        *on_first, *on_second, revisions=(make_revision(), revised), beliefs=Beliefs(good={"d1": 0.5})
    )

    assert [(c.text, c.label, c.weight) for c in of_kind(found, "kto")] == [
        ("The draft.", False, 0.8),
        ("Revised.", True, 0.8),
    ]


def test_a_single_thumb_of_a_stranger_is_too_little_and_so_is_a_correction_by_somebody_contradicted():
    thumb = harvest(make_evidence())
    contradicted = harvest(
        make_rewrite(),
        corrections=(make_correction(),),
        beliefs=Beliefs(style={("UALICE", "plain"): 0.25}),
    )

    assert thumb.candidates == contradicted.candidates == []
    assert reasons(thumb) == reasons(contradicted) == {"uncertain": ["Ev1", "Ev1"]}


def test_approvals_count_for_a_text_and_votes_against_it_make_it_less_certain():
    approved = make_evidence(kind="approval", value="true")

    found = harvest(approved, make_evidence("Ev2", user_id="U2", value="negative"))

    assert found.candidates == []
    assert reasons(found) == {"uncertain": ["Ev1"], "settled": ["Ev2"]}


def test_a_verified_draft_is_never_trained_on():
    found = harvest(
        make_rewrite(), make_evidence("Ev2"), corrections=(make_correction(),), anchors=frozenset({"d1"})
    )

    assert found.candidates == []
    assert reasons(found) == {"anchor": ["Ev1", "Ev2"]}


def test_the_order_in_which_a_database_hands_out_signals_does_not_matter():
    signals = [make_evidence(f"Ev{n}", user_id=f"U{n}", event_us=n // 2) for n in range(6)]

    assert harvest(*signals).candidates == harvest(*reversed(signals)).candidates


def test_a_disliked_draft_is_an_unpaired_preference_and_nothing_to_imitate():
    found = harvest(
        make_evidence("Ev1", user_id="U1", value="negative"),
        make_evidence("Ev2", user_id="U2", value="negative"),
    )

    assert [(c.kind, c.label) for c in found.candidates] == [("kto", False)]


def test_thumbs_on_a_draft_that_was_corrected_or_approved_are_settled():
    corrected = harvest(make_rewrite(), make_evidence("Ev2"), corrections=(make_correction(),))
    approved = harvest(make_evidence(kind="approval", value="true"), make_evidence("Ev2"))

    assert of_kind(corrected, "kto") == of_kind(approved, "kto") == []
    assert reasons(corrected) == reasons(approved) == {"settled": ["Ev2"]}


def test_thumbs_that_cancel_out_say_nothing():
    found = harvest(make_evidence("Ev1", user_id="U1"), make_evidence("Ev2", user_id="U2", value="negative"))

    assert found.candidates == []
    assert reasons(found) == {"contested": ["Ev1", "Ev2"]}


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"interpretation": "talk"}, "talk"),
        ({"interpretation": "instruction"}, "instruction"),
        ({"state": "withdrawn"}, "withdrawn"),
        ({"text": "  "}, "empty"),
        ({"text": " The draft.\n"}, "unchanged"),
    ],
)
def test_a_correction_without_a_new_text_stays_out_with_its_reason(columns, reason):
    found = harvest(make_rewrite(), corrections=(make_correction(**columns),))

    assert found.candidates == []
    assert reasons(found) == {reason: ["Ev1"]}


def test_what_does_not_count_stays_out_with_its_reason():
    found = harvest(
        make_evidence("Ev1", status="superseded"),
        make_evidence("Ev2", status="withdrawn"),
        make_evidence("Ev3", status="ignored", reason="bot"),
        make_evidence("Ev4", status="ignored", reason="opted_out"),
        make_evidence("Ev6", status="ignored", reason="quarantined"),
    )

    assert found.candidates == []
    assert reasons(found) == {
        "superseded": ["Ev1"],
        "withdrawn": ["Ev2"],
        "ignored": ["Ev3"],
        "opted_out": ["Ev4"],
        "quarantined": ["Ev6"],
    }


def test_people_who_opted_out_later_take_their_text_with_them():
    found = harvest(
        make_rewrite(),
        make_evidence("Ev2"),
        corrections=(make_correction(),),
        opted_out=frozenset({"UALICE"}),
    )

    assert found.candidates == []
    assert reasons(found) == {"opted_out": ["Ev1", "Ev2"]}


def test_the_brief_of_somebody_who_opted_out_is_never_a_prompt():
    found = harvest(make_evidence(kind="approval", value="true"), opted_out=frozenset({"UASKER"}))

    assert found.candidates == []
    assert reasons(found) == {"opted_out": ["Ev1"]}


def test_an_approved_text_with_the_words_of_somebody_who_opted_out_stays_out():
    edited = make_revision("r2", kind="edited", author_id="UBOB", parent_id="r1", text="Bob's.")
    found = harvest(
        make_evidence(kind="approval", value="true", revision_id="r2"),
        revisions=(make_revision(), edited),
        opted_out=frozenset({"UBOB"}),
    )

    assert found.candidates == []
    assert reasons(found) == {"opted_out": ["Ev1"]}


def test_a_flagged_draft_is_not_imitated_however_much_it_is_liked():
    found = harvest(
        make_evidence("Ev1", kind="approval", value="true"), make_evidence("Ev2", kind="flag", value="biased")
    )

    assert found.candidates == []
    assert reasons(found) == {"flagged": ["Ev1"]}


def test_of_edits_that_build_on_each_other_the_last_is_the_completion_and_the_bots_text_is_rejected():
    first = make_correction("edit:1", text="Edited once.", source="edit")
    second = make_correction(
        "edit:2",
        text="Edited twice.",
        source="edit",
        original="Edited once.",
        revision_id="r2",
        user_id="UBOB",
    )
    edited = make_revision("r2", kind="edited", author_id="UALICE", parent_id="r1", text="Edited once.")
    found = harvest(
        make_rewrite("Ev1", "edit:1"),
        make_rewrite("Ev2", "edit:2", user_id="UBOB"),
        revisions=(make_revision(), edited),
        corrections=(first, second),
    )

    assert [c.text for c in of_kind(found, "sft")] == ["Edited twice."]
    assert [(c.text, c.rejected) for c in of_kind(found, "preference")] == [
        ("Edited once.", "The draft."),
        ("Edited twice.", "The draft."),
    ]
    assert reasons(found) == {"superseded": ["Ev1"]}


def test_mentions_become_pseudonyms():
    found = harvest(
        make_rewrite(),
        drafts=(make_draft(brief="Thank <@U123|bob>."),),
        corrections=(make_correction(text="Thanks <@W9>!"),),
    )

    assert {c.brief for c in found.candidates} == {"Thank @p_u123."}
    assert {c.text for c in found.candidates} == {"Thanks @p_w9!"}


def test_the_thread_a_draft_was_asked_in_never_enters():
    found = harvest(make_rewrite(), drafts=(make_draft(context="SECRET"),), corrections=(make_correction(),))

    assert "SECRET" not in repr(found)


def test_a_draft_without_a_brief_teaches_nothing():
    found = harvest(make_evidence(kind="approval", value="true"), drafts=(make_draft(brief=" "),))

    assert found.candidates == []
    assert reasons(found) == {"empty": ["Ev1"]}


def test_a_hidden_draft_teaches_nothing_at_all():
    hidden = make_draft()
    hidden.hidden_at = NOW

    found = harvest(make_rewrite(), make_evidence("Ev2"), drafts=(hidden,), corrections=(make_correction(),))

    assert found.candidates == []
    assert reasons(found) == {"hidden": ["Ev1", "Ev2"]}
