from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from storage.models import Draft, Tally, Workspace
from storage.types import UtcDateTime, clean_text, sqlite_time

DIALECT = sqlite.dialect()


@given(text=st.text(st.characters()))
def test_cleaned_text_is_what_every_database_takes(text: str):
    cleaned = clean_text(text)

    assert "\0" not in cleaned
    assert cleaned.encode().decode() == cleaned
    assert clean_text(cleaned) == cleaned


@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_ordinary_text_is_left_as_it_is(text: str):
    assert clean_text(text) == text


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), DIALECT)  # noqa: DTZ001 - that is the point


def test_times_come_back_aware_in_utc():
    east = datetime(2026, 11, 23, 14, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))

    stored = UtcDateTime().process_bind_param(east, DIALECT)
    back = UtcDateTime().process_result_value(stored.replace(tzinfo=None), DIALECT)

    assert back == east
    assert back.tzinfo is UTC


@given(moment=st.datetimes(timezones=st.just(UTC)))
def test_times_are_written_past_sqlalchemy_as_sqlalchemy_writes_them(moment: datetime):
    write = UtcDateTime().dialect_impl(DIALECT).bind_processor(DIALECT)

    assert sqlite_time(moment) == write(moment)


def test_a_new_row_has_its_defaults_at_once():
    draft, other = Draft(), Draft()

    assert (draft.state, draft.attempt, draft.release) == ("asked", 1, "base")
    assert len(draft.id) == 32
    assert draft.id != other.id
    assert Workspace().settings is not Workspace().settings
    assert (Tally().n, Tally().total) == (0, 0)


def test_given_columns_win_over_defaults():
    assert Draft(id="mine", state="posted").id == "mine"


def test_a_mistyped_attribute_is_refused():
    with pytest.raises(TypeError, match="breif"):
        Draft(breif="oops")


def test_a_text_can_be_read_back_before_it_is_stored():
    draft = Draft(brief="A brief\0", context=None)

    assert draft.brief == "A brief"
    assert draft.context is None
    assert "A brief" not in str(draft.brief_sealed)
