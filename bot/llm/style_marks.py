"""The single marks of style: emoji, exclamation marks, greetings, sign-offs, sentences. Pure functions on texts."""

import re
from collections.abc import Callable
from typing import Final

_PICTURE: Final = (
    "[\U0001f1e6-\U0001f1ff\U0001f300-\U0001faff\u231a\u231b\u23e9-\u23fa\u2600-\u27bf\u2b50\u2b55]"
    "[\U0001f3fb-\U0001f3ff\ufe0f\u200d\u20e3\U000e0020-\U000e007f]*"
)
_NAMED: Final = r"(?<![\w:]):(?=[a-z0-9_+-]*[a-z])[a-z0-9_+-]+:(?::skin-tone-\d:)?(?!\w)"
_EMOJI: Final = rf"(?:{_PICTURE}|{_NAMED})"
_HAS_EMOJI: Final = re.compile(_EMOJI)
# Not in `![image]`, `<!here>` and `!=`: there it is no mark of a sentence.
_EXCLAIMED: Final = "[!\N{FULLWIDTH EXCLAMATION MARK}]"
_EXCLAMATION: Final = re.compile(rf"(?<!<)\.?{_EXCLAIMED}+\.?(?![\[=])|\N{{INVERTED EXCLAMATION MARK}}")
_EXCLAIMED_QUESTION: Final = re.compile(r"(?<!!)!+\?[!?]*|(?<!\?)\?+!+[!?]*")
_CODE: Final = re.compile(
    r"(?:^ {0,3}(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^ {0,3}(?P=fence)[`~]*[ \t]*$|\Z)"
    r"|(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)|(?:https?://|www\.|mailto:)[^\s<>|]+|<[^<>\s][^<>]*>)",
    re.MULTILINE | re.DOTALL,
)
_EMOJI_LINES: Final = rf"(?:(?<=\n)(?:[ \t]*{_EMOJI})+[ \t]*\n+)"
_CODE_OR_EMOJI: Final = re.compile(
    rf"(?P<code>{_CODE.pattern})|{_EMOJI_LINES}|(?<![ \t])[ \t]*(?:{_EMOJI}[ \t]*)+", re.MULTILINE | re.DOTALL
)
_GREETING: Final = re.compile(
    r"\A\s*(?:(?:hi|hello|hey|hiya|greetings|good (?:morning|afternoon|evening))\b(?:[ \t]+[\w'@-]+){0,3}"
    rf"(?:[ \t]*[,.!:]+|[ \t]*(?={_EMOJI}|\n|\Z))|dear\b(?:[ \t]+[\w'@-]+){{1,4}}[ \t]*[,!:])"
    rf"(?:[ \t]*{_EMOJI}[,.!:]*)*(?:\s+|\Z)",
    re.IGNORECASE,
)
# A last line or sentence that opens like one of these is a formula and no news of its own.
_CLOSING: Final = re.compile(
    r"[\N{EM DASH}\N{EN DASH}]|--(?=\s?\w)|(?:any )?questions?\s*[:?]|(?:many )?thanks?(?: you)?(?: all| everyone| team"
    r"| again)?[,.!]|cheers\b|best[,.!]|all the best\b|best wishes\b|(?:kind |best |warm )?regards\b|yours\b|love,"
    r"|sincerely\b|see you (?:soon|all)\b|your (?:\w+ )?team\b",
    re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])\s+")
_LONGEST_SIGN_OFF: Final = 8  # words


def has_emoji(text: str) -> bool:
    """Tell whether a text holds an emoji or an emoji's `:name:`."""
    return _HAS_EMOJI.search(text) is not None


def without_emoji(text: str) -> str:
    """Take every emoji out of the prose, and close the gap."""
    bare = _CODE_OR_EMOJI.sub(lambda found: found[0] if found["code"] else _gap(found), text)
    return text if bare == text else bare.strip()


def _gap(found: re.Match[str]) -> str:
    """Return what stands between two words when an emoji between them is gone."""
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    is_edge = before in ("", "\n") or after in ("", "\n") or after in ".,;:!?"
    is_spaced = found[0][0].isspace() or found[0][-1].isspace()
    return " " if is_spaced and not is_edge else ""


def has_exclamation(text: str) -> bool:
    """Tell whether a text exclaims."""
    return _EXCLAMATION.search(text) is not None


def without_exclamation(text: str) -> str:
    """End exclaimed sentences with a full stop, exclaimed questions with a question mark."""
    return _EXCLAMATION.sub(_full_stop, _EXCLAIMED_QUESTION.sub("?", text))


def _full_stop(found: re.Match[str]) -> str:
    return "" if found[0] == "\N{INVERTED EXCLAMATION MARK}" else "."


def greeting_of(text: str) -> str:
    """Return the words a text greets with, "" if it does not."""
    found = _GREETING.match(text)
    return found[0].strip() if found else ""


def without_greeting(text: str) -> str:
    """Take the greeting off, unless nothing would be left."""
    rest = _GREETING.sub("", text, count=1)
    return f"{rest[:1].upper()}{rest[1:]}" if rest and rest != text else text


def sign_off_of(text: str) -> str:
    """Return the closing formula below or behind a text, "" if there is none."""
    for closing in _endings(text):
        if _CLOSING.match(closing) and len(closing.split()) <= _LONGEST_SIGN_OFF and closing != text.strip():
            return closing
    return ""


def _endings(text: str) -> tuple[str, ...]:
    """Return what may be a formula: the last two lines ("Best,⏎Ana"), two sentences ("Questions? Ask Ana.") or one."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    sentences = _SENTENCE_END.split(lines[-1]) if lines else []
    two_lines = ["\n".join(lines[-2:])] if len(lines) > 2 and lines[-2].endswith(",") else []
    return (*two_lines, " ".join(sentences[-2:]), *sentences[-1:])


def last_sentence(text: str) -> str:
    """Return the last sentence of a text's last line."""
    lines = text.strip().splitlines()
    return _SENTENCE_END.split(lines[-1].strip())[-1] if lines else ""


def ends_with(text: str, ending: str) -> bool:
    """Tell whether a text ends with these words, whatever the marks and spaces around them."""
    return _bare(text).endswith(_bare(ending))


def signed(text: str, sign_off: str) -> str:
    """Put the sign-off at the end, once: a sentence behind a single paragraph, anything else below."""
    if ends_with(text, sign_off):
        return text
    is_sentence = sign_off[-1:] in ".?!" and sign_off[:1].isalnum() and "\n" not in text.strip()
    joint = " " if is_sentence else "\n\n"
    return f"{text.rstrip()}{joint}{sign_off}"


def without_sign_off(text: str, sign_off: str) -> str:
    """Take these words off the end, unless nothing would be left."""
    words = sign_off.strip().rstrip(".!? ")
    found = re.search(rf"\s*{re.escape(words)}[.!?\s]*\Z", text, re.IGNORECASE) if words else None
    return text[: found.start()] if found and text[: found.start()].strip() else text


def opening_half(text: str) -> str:
    """Keep the opening half of the sentences, at least one."""
    sentences = _SENTENCE_END.split(text.strip())
    return " ".join(sentences[: max(1, (len(sentences) + 1) // 2)])


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change the prose of a text; code, addresses and what stands in angle brackets stay as they are."""
    pieces, end = [], 0
    for code in _CODE.finditer(text):
        pieces += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*pieces, change(text[end:])])


def prose_pieces(text: str) -> list[str]:
    """Return the pieces of a text around its code and addresses."""
    starts = [0, *(code.end() for code in _CODE.finditer(text))]
    ends = [*(code.start() for code in _CODE.finditer(text)), len(text)]
    return [text[start:end] for start, end in zip(starts, ends, strict=True)]


def _bare(text: str) -> str:
    return re.sub(r"\s+", " ", text.strip().rstrip(".!? \t\n")).casefold()
