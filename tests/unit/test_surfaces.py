"""Whatever the bot shows, Slack takes: as people meet it, and with the hardest texts in every place."""

import pytest

from tests.surfaces.catalogue import everything, with_text
from tests.surfaces.surface import hard_texts


def test_every_surface_is_taken_by_slack():
    refused = {
        f"{area}: {surface.name}": problems
        for area, surface in everything()
        if (problems := surface.problems())
    }

    assert refused == {}


def test_no_two_surfaces_have_one_name():
    names = [(area, surface.name) for area, surface in everything()]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in hard_texts()])
def test_no_text_breaks_a_surface(text):
    refused = {
        f"{area}: {surface.name}": problems
        for area, surface in with_text(text)
        if (problems := surface.problems())
    }

    assert refused == {}
