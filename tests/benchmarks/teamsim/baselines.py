"""What the product is compared with, in the same world and with the same scripted model."""

import random
from dataclasses import dataclass, field

from tests.benchmarks.teamsim.features import Style, phrase
from tests.benchmarks.teamsim.model import ScriptedModel, changed, heard_in, majority, misread
from tests.benchmarks.teamsim.world import Ask, Feedback, World

NEAREST = 5


def _written(model: ScriptedModel, brief: str, *, rules: str = "", examples: str = "") -> str:
    prompt = f"{rules}\n{examples}\n<brief>\n{brief}\n</brief>"
    return model.answer({"messages": [{"role": "user", "content": prompt}]})


def _rules(style: Style) -> str:
    said = "\n".join(f"<rule>\n{phrase(name, value=value)}\n</rule>" for name, value in style.items())
    return f"<rules>\n{said}\n</rules>"


def _closeness(ask: Ask, other: Ask) -> tuple[int, int]:
    """Same channel and task first, the latest first."""
    return (ask.channel == other.channel) + (ask.task == other.task), other.number


class Nothing:
    """No learning: the model writes as it does by itself."""

    name = "none"

    def __init__(self, world: World, model: ScriptedModel) -> None:
        self._model = model

    def draft(self, ask: Ask) -> str:
        return _written(self._model, ask.brief)

    def learn(self, ask: Ask, text: str, feedback: Feedback) -> None:
        """Nothing is kept."""


class Oracle(Nothing):
    """Knows the truth: the prompt holds what is really wanted."""

    name = "oracle"

    def __init__(self, world: World, model: ScriptedModel) -> None:
        super().__init__(world, model)
        self._world = world

    def draft(self, ask: Ask) -> str:
        return _written(self._model, ask.brief, rules=_rules(self._world.wanted(ask)))


class FewShot(Nothing):
    """The five latest corrections of the nearest place, as examples."""

    name = "few-shot-5"

    def __init__(self, world: World, model: ScriptedModel) -> None:
        super().__init__(world, model)
        self._kept: list[tuple[Ask, str, Feedback]] = []

    def draft(self, ask: Ask) -> str:
        near = sorted(self._kept, key=lambda kept: _closeness(ask, kept[0]), reverse=True)[:NEAREST]
        return _written(
            self._model, ask.brief, examples=f"<examples>\n{''.join(map(_example, near))}</examples>"
        )

    def learn(self, ask: Ask, text: str, feedback: Feedback) -> None:
        if feedback.kind in ("edit", "wish"):
            self._kept.append((ask, text, feedback))


def _example(kept: tuple[Ask, str, Feedback]) -> str:
    ask, text, feedback = kept
    told = "better" if feedback.kind == "edit" else "wish"
    parts = (("brief", ask.brief), ("draft", text), (told, feedback.text))
    return (
        "<example>\n" + "".join(f"<{name}>\n{words}\n</{name}>\n" for name, words in parts) + "</example>\n"
    )


@dataclass
class _Seen:
    ask: Ask
    preference: Style


@dataclass
class Cipher:
    """Like CIPHER (Gao et al. 2024): a preference per context, the five nearest are put together.

    What was used counts as the preference where nobody edited; an edit changes what it is about.
    """

    world: World
    model: ScriptedModel
    name: str = "cipher-5"
    _kept: list[_Seen] = field(default_factory=list)
    _used: Style = field(default_factory=dict)

    def draft(self, ask: Ask) -> str:
        near = sorted(self._kept, key=lambda kept: _closeness(ask, kept.ask), reverse=True)[:NEAREST]
        self._used = majority([kept.preference for kept in near])
        return _written(self.model, ask.brief, rules=_rules(self._used))

    def learn(self, ask: Ask, text: str, feedback: Feedback) -> None:
        found: Style = {}
        if feedback.kind == "edit":
            dice = random.Random(f"cipher {self.world.seed} {ask.number}")
            found = misread(changed(text, feedback.text), errors=self.model.distil_errors, dice=dice)
        elif feedback.kind == "wish":
            found = heard_in([feedback.text])
        self._kept.append(_Seen(ask, self._used | found))


BASELINES = {"none": Nothing, "few-shot-5": FewShot, "cipher-5": Cipher, "oracle": Oracle}
