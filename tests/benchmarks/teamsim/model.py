"""The scripted model of TeamSim: it follows the phrases and examples that it finds in the prompt, and nothing else.

`answer(request)` takes a chat completion's request as the endpoint gets it. It knows neither team, round nor person. It
distils by the product's own JSON schema with a rate of errors: missed, wrong (the opposite), over-broad (more than was seen).
"""

import html
import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.benchmarks.teamsim.features import NAMES, PLAIN, Style, heard, phrase
from tests.benchmarks.teamsim.texts import Content, render, style_in, whole_style

MOST_CANDIDATES = 3
_EXAMPLES = re.compile(r"<examples?(?: [^>]*)?>.*</examples?>", re.DOTALL)


class ScriptedModel:
    """Answers requests; the same request is always answered alike."""

    def __init__(self, *, seed: int, distil_errors: float) -> None:
        self.seed = seed
        self.distil_errors = distil_errors

    def answer(self, request: dict[str, Any]) -> str:
        """Write a draft, revise one, or distil what a correction says."""
        prompt = "\n".join(each["content"] for each in request["messages"] if each["role"] != "system")
        if request.get("response_format"):
            return self._distilled(prompt)
        asked = _EXAMPLES.sub("", prompt)
        content = Content.read(_first("brief", asked) or html.unescape(asked))
        if content is None:
            return "There is nothing to write about."
        if wish := _first("wish", asked):
            return render(content, whole_style(_first("draft", asked)) | heard_in([wish]))
        examples = _EXAMPLES.search(prompt)
        return render(content, self._learned(list(_sections("rule", asked)), examples[0] if examples else ""))

    @staticmethod
    def _learned(rules: Sequence[str], examples: str) -> Style:
        """What the rules say counts, the first of two; else what most examples show, the first in a tie."""
        shown = [_shown(each) for each in _sections("example", examples, is_text=False)]
        return PLAIN | majority(shown) | heard_in(rules)

    def _distilled(self, prompt: str) -> str:
        dice = random.Random(f"{self.seed} {prompt}")
        draft, better, wish = (_first(name, prompt) for name in ("draft", "better", "wish"))
        found = heard_in([wish]) if wish else changed(draft, better)
        said = misread(found, errors=self.distil_errors, dice=dice)
        names = dice.sample(sorted(said), min(MOST_CANDIDATES, len(said)))
        rules = dict(_numbered_rules(prompt))
        return json.dumps({"candidates": [_candidate(name, said[name], rules, dice) for name in names]})


def changed(draft: str, better: str) -> Style:
    """Return what somebody changed, as far as it shows."""
    before = style_in(draft)
    return {
        name: value for name, value in style_in(better).items() if name in before and before[name] != value
    }


def misread(found: Style, *, errors: float, dice: random.Random) -> Style:
    """Return what a model makes of what there is to see: mostly that."""
    said: Style = {}
    for name, value in sorted(found.items()):
        kind = dice.choice(("missed", "wrong", "broad")) if dice.random() < errors else "right"
        if kind == "wrong":
            said[name] = not value
        elif kind != "missed":
            said[name] = value
        if kind == "broad":
            said.setdefault(dice.choice(NAMES), dice.random() < 0.5)
    return said


def majority(styles: Sequence[Style]) -> Style:
    """Return the value that most styles have of each feature they show; in a tie the first one's."""
    result: Style = {}
    for name in NAMES:
        values = [style[name] for style in styles if name in style]
        if values:
            counted = Counter(values).most_common()
            is_tie = len(counted) == 2 and counted[0][1] == counted[1][1]
            result[name] = values[0] if is_tie else counted[0][0]
    return result


def _shown(example: str) -> Style:
    better, wish = _first("better", example), _first("wish", example)
    return style_in(better) if better else heard_in([wish])


def heard_in(phrases: Sequence[str]) -> Style:
    """Read phrases, the first about a feature counting; a phrase of several sentences is heard one by one."""
    wanted: Style = {}
    for words in reversed(phrases):
        for part in reversed(re.split(r"(?<=[.;])\s+|\n", words)):
            wanted |= heard(part)
    return wanted


def _candidate(name: str, value: bool, rules: dict[int, str], dice: random.Random) -> dict[str, Any]:  # noqa: FBT001
    text = phrase(name, value=value, variant=dice.randrange(2))
    match: dict[str, Any] = {"number": None, "relation": "new"}
    for number, rule in rules.items():
        says = heard(rule)
        if name in says:
            match = {"number": number, "relation": "supports" if says[name] == value else "opposes"}
    polarity = "avoid" if re.match(r"(?:no|avoid|don't|leave)\b", text, re.IGNORECASE) else "do"
    return {"text": text, "topic": name.replace("_", " "), "polarity": polarity, "match": match}


def _numbered_rules(prompt: str) -> Iterator[tuple[int, str]]:
    for number, text in re.findall(r'<rule number="?(\d+)"?[^>]*>\n?(.*?)\n?</rule>', prompt, re.DOTALL):
        yield int(number), html.unescape(text)


def _sections(name: str, prompt: str, *, is_text: bool = True) -> Iterator[str]:
    for found in re.findall(rf"<{name}(?: [^>]*)?>\n?(.*?)\n?</{name}>", prompt, re.DOTALL):
        yield html.unescape(found) if is_text else found


def _first(name: str, prompt: str) -> str:
    return next(_sections(name, prompt), "")
