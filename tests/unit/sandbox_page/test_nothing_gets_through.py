"""Whatever stands in a text, a name or a value: the page gets the words, never markup of theirs."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.page.rendering import Renderer
from bot.sandbox.records import words
from tests.unit.sandbox_page.every_block import BLOCKS, INPUTS, actions_block, input_block
from tests.unit.sandbox_page.looking import (
    ANA,
    APP,
    NAMES,
    TS,
    make_message,
    make_view,
    see,
    see_block,
    see_text,
)

# Pieces that mean something in HTML, mrkdwn or markdown, and whatever else there is.
PIECES = st.sampled_from(
    [
        *"<>&\"'`*_~:|#![]()\\/\n\t -=",
        "<script>",
        "</div>",
        "<img src=x onerror=alert(1)>",
        '" onmouseover="x',
        "' autofocus onfocus='x",
        "&lt;b&gt;",
        "<!--",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a.example/?a=1&b=2",
        "<https://a.example|x>",
        "<@UBEN>",
        "<!date^1795437000^{date}^https://a.example|x>",
        ":tada:",
        "```",
        "](",
        "![x](",
        "\n| a | b |\n| --- | --- |\n",
        "\x00",
        "\u202e",
        "{{ 7*7 }}",
        "{% raw %}",
    ]
)
TEXTS = st.lists(PIECES | st.text(max_size=8), max_size=14).map("".join)

TAGS = words(
    "a article b bdi blockquote br button code datalist dd details dialog div em fieldset figcaption figure footer h2 "
    "h3 h4 h5 h6 header hr i img input label legend li ol optgroup option p pre s select span strong summary table "
    "tbody td textarea th thead time tr u ul"
)
ATTRIBUTES = words(
    "alt aria-controls aria-describedby aria-expanded aria-haspopup aria-hidden aria-label aria-labelledby aria-pressed "
    "autocomplete autofocus checked class datetime dir disabled download for href id label list max maxlength min "
    "minlength multiple name placeholder rel required role rows scope selected size src start step tabindex target title "
    "type value"
)
NEVER_REPLACED = (
    "type",
    "style",
    "status",
    "level",
    "align",
    "icon",
    "initial_date",
    "initial_time",
    "range",
    "color",
)


def assert_harmless(seen):
    """Only tags and attributes of ours; links lead to the web, pictures come from the page."""
    for element in seen.elements:
        ours = {name for name in element.attributes if not name.startswith("data-")}
        assert element.tag in TAGS, element
        assert ours <= ATTRIBUTES, element
        assert element.attributes.get("href", "https://").startswith(
            ("https://", "http://", "mailto:", "/files/")
        )
        assert element.attributes.get("src", "/files/").startswith("/files/")


def replaced(part, text):
    """The same JSON with every word that a person or an app writes replaced."""
    if isinstance(part, list):
        return [replaced(item, text) for item in part]
    if not isinstance(part, dict):
        return part
    return {
        name: value if name in NEVER_REPLACED else text if isinstance(value, str) else replaced(value, text)
        for name, value in part.items()
    }


def shapes_of(seen):
    return [(element.tag, sorted(element.attributes)) for element in seen.elements]


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_mrkdwn_is_harmless(text):
    assert_harmless(see_text(text))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_markdown_is_harmless(text):
    assert_harmless(see_block({"type": "markdown", "text": text}))


ALL = {
    **BLOCKS,
    **{f"input {kind}": input_block(kind) for kind in INPUTS},
    **{f"actions {kind}": actions_block(kind) for kind in INPUTS if "input" not in kind},
}


@pytest.mark.parametrize("kind", ALL)
@given(text=TEXTS)
@settings(max_examples=8, deadline=None)
def test_every_block_is_harmless(kind, text):
    assert_harmless(see_block(replaced(copy.deepcopy(ALL[kind]), text)))


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_plain_words_change_nothing_but_the_words(text):
    header = {"type": "header", "text": {"type": "plain_text", "text": "x", "emoji": False}}
    hostile = {"type": "header", "text": header["text"] | {"text": text.replace("\n", " ")}}

    assert shapes_of(see_block(hostile)) == shapes_of(see_block(header))


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_message_and_all_names_around_it_are_harmless(text):
    names = replace(NAMES, people={ANA: text, APP: text}, groups={"SDEV": text})
    file = {"id": text, "name": text, "title": text, "mimetype": "image/png", "alt_txt": text}
    attachment = dict.fromkeys(
        ("pretext", "title", "title_link", "text", "image_url", "footer", "color"), text
    )
    message = make_message(
        text,
        reactions={text or "x": [ANA]},
        username=text,
        files=[file],
        attachments=[attachment],
        edited={"user": ANA},
    )

    seen = see(Renderer(names).message(message, replies=[make_message(user=APP, thread_ts=TS)]))

    assert_harmless(seen)
    assert len(seen.all("article")) == 1


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_a_modal_with_a_state_is_harmless(text):
    blocks = [input_block("plain_text_input"), input_block("static_select"), input_block("datepicker")]
    state = {block["block_id"]: {block["element"]["action_id"]: {"value": text}} for block in blocks}
    view = make_view(blocks, state=state, title={"type": "plain_text", "text": text})

    seen = see(Renderer(NAMES).view(view))

    assert_harmless(seen)
    assert len(seen.all("dialog")) == 1
