import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keyring import Keyring, KeyringError, Place, generate_key, read_or_create_key_file

PLACE = Place("drafts", "brief_sealed", "T1", "row")
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PARTS = st.text(max_size=8)
PLACES = st.builds(Place, PARTS, PARTS, PARTS, PARTS)
RING = Keyring([generate_key()])


@given(text=TEXTS, place=PLACES)
def test_a_sealed_text_opens_at_its_place(text: str, place: Place):
    assert RING.open(RING.seal(text, place=place), place=place) == text


@given(here=PLACES, there=PLACES)
def test_a_moved_value_does_not_open(here: Place, there: Place):
    sealed = RING.seal("text", place=here)

    if here == there:
        assert RING.open(sealed, place=there) == "text"
    else:
        with pytest.raises(KeyringError):
            RING.open(sealed, place=there)


def test_parts_of_a_place_cannot_shift_into_one_another():
    sealed = RING.seal("text", place=Place("a", "b\0c", "T", "1"))

    with pytest.raises(KeyringError):
        RING.open(sealed, place=Place("a\0b", "c", "T", "1"))


@given(text=TEXTS, position=st.integers(min_value=0), flip=st.integers(1, 255))
def test_a_changed_byte_is_noticed(text: str, position: int, flip: int):
    head, payload = RING.seal(text, place=PLACE).rsplit(":", 1)
    blob = bytearray(base64.b64decode(payload))
    blob[position % len(blob)] ^= flip

    with pytest.raises(KeyringError):
        RING.open(f"{head}:{base64.b64encode(blob).decode()}", place=PLACE)


@given(garbage=st.text())
def test_garbage_is_a_keyring_error_and_nothing_else(garbage: str):
    for value in (garbage, f"v1:{RING.current_key_id}:{garbage}"):
        with pytest.raises(KeyringError):
            RING.open(value, place=PLACE)


def test_the_same_text_never_looks_the_same_twice():
    assert RING.seal("text", place=PLACE) != RING.seal("text", place=PLACE)


def test_after_a_rotation_old_values_open_and_new_ones_use_the_new_key():
    old_key, new_key = generate_key(), generate_key()
    old, rotated = Keyring([old_key]), Keyring([new_key, old_key])

    sealed_before = old.seal("before", place=PLACE)
    sealed_after = rotated.seal("after", place=PLACE)

    assert rotated.open(sealed_before, place=PLACE) == "before"
    assert Keyring([new_key]).open(sealed_after, place=PLACE) == "after"
    with pytest.raises(KeyringError, match="DRAFTLOOP_ENCRYPTION_KEYS"):
        old.open(sealed_after, place=PLACE)


def test_pseudonyms_are_stable_differ_by_workspace_and_survive_rotation():
    key = generate_key()
    before, after = Keyring([key]), Keyring([generate_key(), key])

    pseudonym = before.pseudonym("U1", workspace_id="T1")

    assert pseudonym == after.pseudonym("U1", workspace_id="T1")
    assert pseudonym != before.pseudonym("U1", workspace_id="T2")
    assert pseudonym != before.pseudonym("U2", workspace_id="T1")
    assert "U1" not in pseudonym


@pytest.mark.parametrize("bad", ["", "short", "é" * 43, "!" * 43, "A" * 44, "A" * 43 + "\n\nA"])
def test_a_key_that_is_none_is_refused_by_a_sentence_that_does_not_repeat_it(bad: str):
    with pytest.raises(KeyringError, match="DRAFTLOOP_ENCRYPTION_KEYS holds a key") as caught:
        Keyring([bad])

    assert bad == "" or bad not in str(caught.value)


def test_keys_may_come_padded_and_in_either_alphabet():
    raw = bytes(range(224, 256))
    spellings = [base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode().rstrip("=")]

    ids = {Keyring([spelling]).current_key_id for spelling in spellings}

    assert len(ids) == 1


def test_a_ring_without_keys_is_refused():
    with pytest.raises(KeyringError, match="No encryption key"):
        Keyring([])


def test_a_key_file_is_made_once_for_its_owner_only(tmp_path: Path):
    path = tmp_path / "draftloop.db.key"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(read_or_create_key_file, [path] * 24))

    assert len({key for key, _ in answers}) == 1
    assert [made for _, made in answers].count(True) == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]
    Keyring([answers[0][0]])


def test_an_empty_key_file_is_refused_and_left_alone(tmp_path: Path):
    path = tmp_path / "key"
    path.touch()

    with pytest.raises(KeyringError, match="empty"):
        read_or_create_key_file(path)

    assert path.read_bytes() == b""


def test_a_place_differs_in_each_of_its_parts():
    changed = [replace(PLACE, **{part: "x"}) for part in ("table", "column", "workspace_id", "row_id")]

    assert len({place.as_bytes() for place in [PLACE, *changed]}) == 5
