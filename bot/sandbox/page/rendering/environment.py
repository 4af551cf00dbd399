"""The templates: compiled once, everything escaped, nothing undefined in silence."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

TEMPLATES: Final = Path(__file__).parents[1] / "templates"


@cache
def environment() -> Environment:
    """Return the environment of all the page's templates."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        cache_size=-1,
    )


@cache
def block_kinds() -> frozenset[str]:
    """Return the kinds of blocks that have a template."""
    return frozenset(path.stem for path in (TEMPLATES / "blocks").glob("*.html")) - {"unknown"}


def rendered(template: str, **context: Any) -> Markup:
    """Fill a template; what it returns is escaped already."""
    return Markup(environment().get_template(template).render(context))  # noqa: S704 - autoescape is on.
