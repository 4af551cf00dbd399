"""The catalogue: every area's file in `tests/surfaces/areas` tells what its part of the bot can show."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module

from tests.surfaces import areas
from tests.surfaces.surface import Surface


def everything() -> Iterator[tuple[str, Surface]]:
    """Yield every surface as people would meet it, with its area; each area has a function `surfaces()`."""
    for area in pkgutil.iter_modules(areas.__path__):
        for surface in import_module(f"{areas.__name__}.{area.name}").surfaces():
            yield area.name, surface


def with_text(text: str) -> Iterator[tuple[str, Surface]]:
    """Yield every surface with a text wherever people or models write one; each area has a function `bounds(text)`."""
    for area in pkgutil.iter_modules(areas.__path__):
        for surface in import_module(f"{areas.__name__}.{area.name}").bounds(text):
            yield area.name, surface
