"""The scripted model's sense of style: what it picks up from wishes and from pairs of texts, and applies."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_EMOJI: Final = re.compile(
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u2600-\u27bf\u2b50\u2b55\ufe0f\u200d]+|:[a-z0-9_+-]+:"
)
_SIGN_OFF: Final = re.compile(
    r"\b(?:sign(?:ed)? off|sign it|end|close|finish)\b[^\"'“”\n]*?\b(?:with|as)\b:?\s*[\"'“]?([^\"'”\n.]+)",
    re.IGNORECASE,
)
_SWAP: Final = re.compile(
    r"\b(?:replace|swap|change)\s+[\"“]([^\"”]+)[\"”]\s+(?:with|by|to|for)\s+[\"“]([^\"”]+)[\"”]",
    re.IGNORECASE,
)
_INSTEAD: Final = re.compile(
    r"\b(?:say|use|write)\s+[\"“]([^\"”]+)[\"”]\s+instead of\s+[\"“]([^\"”]+)[\"”]", re.IGNORECASE
)
_ADD: Final = re.compile(r"\b(?:add|mention|include)\s+(?:that\s+|the\s+)?(.+)", re.IGNORECASE | re.DOTALL)
_NO: Final = r"\b(?:no|without|fewer|less|drop|remove|avoid|don't use|skip)\b[^.\n]*\b"
_NO_EXCLAMATION: Final = re.compile(_NO + r"exclamation", re.IGNORECASE)
_NO_EMOJI: Final = re.compile(_NO + r"emoji", re.IGNORECASE)
_SHORTER: Final = re.compile(
    r"\b(?:short(?:er)?|briefer|concise|trim|tighten|too long|cut it down)\b", re.IGNORECASE
)
_SHORTER_SHARE: Final = 0.7  # A text with fewer than this share of the words was made shorter on purpose.
_LONGEST_SIGN_OFF: Final = 6  # words


@dataclass(frozen=True)
class Style:
    """What to do to a text."""

    no_exclamation: bool = False
    no_emoji: bool = False
    shorter: bool = False
    sign_off: str = ""
    swaps: tuple[tuple[str, str], ...] = ()
    additions: tuple[str, ...] = ()

    def __or__(self, other: "Style") -> "Style":
        """Both styles; the later sign-off wins."""
        return Style(
            self.no_exclamation or other.no_exclamation,
            self.no_emoji or other.no_emoji,
            self.shorter or other.shorter,
            other.sign_off or self.sign_off,
            self.swaps + other.swaps,
            self.additions + other.additions,
        )

    def lasting(self) -> "Style":
        """The part that is style, not content: what a wish about one text teaches for the next."""
        return Style(self.no_exclamation, self.no_emoji, self.shorter, self.sign_off, self.swaps)


def style_of_wish(wish: str) -> Style:
    """Read a wish or a rule: shorter, no emoji, no exclamation marks, sign off with …, replace "a" with "b", add …."""
    sign_off = _SIGN_OFF.search(wish)
    addition = _ADD.search(wish)
    instead = ((old, new) for new, old in _INSTEAD.findall(wish))
    return Style(
        no_exclamation=bool(_NO_EXCLAMATION.search(wish)),
        no_emoji=bool(_NO_EMOJI.search(wish)),
        shorter=bool(_SHORTER.search(wish)),
        sign_off=sign_off[1].strip() if sign_off else "",
        swaps=(*_SWAP.findall(wish), *instead),
        additions=(addition[1].strip(),) if addition else (),
    )


def style_of_pair(draft: str, better: str) -> Style:
    """Read off what somebody did to a draft."""
    return Style(
        no_exclamation="!" in draft and "!" not in better,
        no_emoji=bool(_EMOJI.search(draft)) and not _EMOJI.search(better),
        shorter=len(better.split()) < _SHORTER_SHARE * len(draft.split()),
        sign_off=_new_last_line(draft, better),
    )


def _new_last_line(draft: str, better: str) -> str:
    lines = [line.strip() for line in better.strip().splitlines() if line.strip()]
    is_sign_off = len(lines) > 1 and lines[-1] not in draft and len(lines[-1].split()) <= _LONGEST_SIGN_OFF
    return lines[-1] if is_sign_off else ""


def merged(styles: Iterable[Style]) -> Style:
    """Return all styles in one."""
    result = Style()
    for style in styles:
        result |= style
    return result


def apply(style: Style, text: str) -> str:
    """Return the text in this style."""
    for old, new in style.swaps:
        text = text.replace(old, new)
    if style.shorter:
        text = _first_half(text)
    text = "\n\n".join([text, *(_sentence(addition) for addition in style.additions)])
    if style.no_emoji:
        text = _EMOJI.sub("", text)
    if style.no_exclamation:
        text = re.sub(r"!+", ".", text)
    return _signed(_tidy(text), style.sign_off)


def _signed(text: str, sign_off: str) -> str:
    return text if not sign_off or text.endswith(sign_off) else f"{text}\n\n{sign_off}"


def _first_half(text: str) -> str:
    """Keep the opening half of the sentences, at least one."""
    sentences = re.split(r"(?<=[.!?])\s+", text.strip())
    return " ".join(sentences[: max(1, (len(sentences) + 1) // 2)])


def _sentence(words: str) -> str:
    words = words.strip().rstrip(".!")
    return f"{words[:1].upper()}{words[1:]}."


def _tidy(text: str) -> str:
    """Close the gaps that removed characters leave."""
    text = re.sub(r"[ \t]+([.,!?\n])", r"\1", re.sub(r"[ \t]{2,}", " ", text))
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"([.?])\.+", r"\1", text)).strip()
