"""The digest's sections, one file each, in the order they are read. A section with nothing to say returns no parts."""

from bot.digests.context import Section
from bot.digests.sections import (
    changed,
    corrections,
    figures,
    flags,
    headline,
    open_problems,
    outcomes,
    small_print,
    trend,
)

SECTIONS: tuple[Section, ...] = (
    headline.build,
    figures.build,
    outcomes.build,
    trend.build,
    changed.build,
    corrections.build,
    flags.build,
    open_problems.build,
    small_print.build,
)
