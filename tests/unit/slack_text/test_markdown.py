import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.drafts.publish import parts_of
from bot.slack.markdown import to_slack
from bot.slack.splitting import size
from bot.slack.text import defuse, settled, split_text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<b>Now</b> or <i>never</i>", "**Now** or _never_"),
        ("<b><i>Now</i></b>", "**_Now_**"),
        ("a <strong> wide </strong> b", "a  **wide**  b"),
        ("<b></b>x", "x"),
        ("one<br>two<br/>\nthree", "one\ntwo\nthree"),
        ("<p>One.</p><p>Two.</p>", "\n\nOne.\n\nTwo.\n\n"),
        ("<h2>News</h2>\nToday", "\n\n## News\n\nToday"),
        ("<ul><li>one</li><li>two</li></ul>", "\n\n- one\n- two\n\n"),
        ('<a href="https://x.example">our site</a>', "[our site](https://x.example)"),
        ("<img src='https://x.example/a.png' alt='chart'>", "[chart](https://x.example/a.png)"),
        ('<img src="https://x.example/a.png">', "[image](https://x.example/a.png)"),
        ("H<sub>2</sub>O <!-- not this -->and <u>more</u>", "H2O and more"),
        ("Tom&nbsp;&mdash; 5&euro;", "Tom — 5€"),
        ("- [ ] to do\n- [x] done\n[x] not", "- ☐ to do\n- ☑ done\n[x] not"),
        ("1 &lt; 2 &amp; 3", "1 &lt; 2 &amp; 3"),
        ("Prices:\n| a | b |\n|---|---|\n| 1 | 2 |", "Prices:\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
    ],
)
def test_what_slack_does_not_render_becomes_markdown(written, shown):
    assert to_slack(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "# Title\n\n- one\n  - two\n    - three\n1. first\n\n> quote\n\n---",
        "Call List<int> or <name> with <your key> & co.",
        "`<b>` and ```\n<br>&nbsp;\n| a | b |\n|---|---|\n```",
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nAfter it.",
        "a | b\nc | d",
        "5 < 6 and <3",
    ],
)
def test_markdown_and_everything_else_stays_as_it_is(text):
    assert to_slack(text) == text


def test_an_image_within_a_link_hides_no_address():
    shown = defuse("[![bank.example](https://evil.example/a.png)](https://x.example)")

    assert "[bank.example](" not in shown


def test_a_table_that_is_split_has_its_head_again_and_every_row_once():
    rows = [f"| item {number:03} | {number} |" for number in range(40)]
    table = "\n".join(["| what | how many |", "|------|---------:|", *rows])

    parts = split_text(f"Our stock:\n\n{table}\n\nThat is all.", 400)

    begun = [part for part in parts if part.startswith("| what | how many |\n|------|---------:|\n| item")]
    shown = [line for part in parts for line in part.split("\n") if line.startswith("| item")]
    assert len(begun) == len(parts) - 1 == 2
    assert shown == rows
    assert all(size(part) <= 400 for part in parts)


def test_a_list_stays_whole_where_it_can():
    items = "\n\n".join(f"- Item {number}, which takes some words to tell" for number in range(4))
    text = f"{'Some words before it. ' * 5}\n\n{items}"

    parts = split_text(text, 240)

    assert parts == [("Some words before it. " * 5).strip(), items]


def test_a_long_list_is_split_before_an_item_and_not_within_one():
    items = "\n".join(f"- Item {number}\n  - with more\n  - and more" for number in range(20))

    parts = split_text(items, 150)

    assert all(part.startswith("- Item") for part in parts)
    assert "\n".join(parts) == items


WRITTEN = """# News

Hello **team**, see [our page](https://x.example/a_(b)) and `handlers[name](event)` or ask @here, <!channel>, <@U123>.

- one
- two with [bank.example](https://evil.example) in it

| a | b |
|---|---|
| 1 | 2 |

```python
x[1](2) < 3
```
That is all, 1 < 2 & so on. [Not a link] (really).
"""


def test_what_is_shown_of_a_growing_text_is_only_ever_added_to():
    shown = [defuse(to_slack(settled(WRITTEN[:end]))) for end in range(len(WRITTEN) + 1)]

    assert all(later.startswith(earlier) for earlier, later in pairwise(shown))
    assert defuse(to_slack(WRITTEN)).startswith(shown[-1])
    assert len(set(shown)) > 30


MARKS = [
    "<",
    "!",
    "@",
    "#",
    ">",
    "|",
    "[",
    "]",
    "(",
    ")",
    "`",
    "```",
    "```\n",
    "\n",
    "\n\n",
    " ",
    ":",
    "&lt;",
    "|---|",
]
WORDS = [
    "channel",
    "here",
    "U1",
    "https://evil.example",
    "bank.example",
    "a word",
    "w" * 130,
    "- ",
    "<b>",
    "</b>",
    "😀",
]
TEXTS = st.lists(st.sampled_from([*MARKS, *WORDS]), max_size=60).map("".join) | st.text(max_size=300)


def test_of_a_table_whole_rows_are_shown():
    assert settled("Prices:\n\n| a | b |\n|---|---") == "Prices:"
    assert (
        settled("Prices:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 ")
        == "Prices:\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )


@given(TEXTS)
def test_what_is_settled_begins_the_text(text):
    assert text.startswith(settled(text))


@given(TEXTS, st.integers(100, 200))
def test_every_part_of_any_text_fits_and_is_harmless(text, limit):
    parts = parts_of(text, limit=limit)

    assert all(size(part) <= limit for part in parts)
    for part in parts:
        assert not any(opening in part for opening in ("<!", "<@", "<#", "&lt;!", "&lt;@", "&lt;#"))
        assert not re.search(r"(?<![A-Za-z0-9])@(?:channel|here)(?![A-Za-z0-9])", part)
        assert defuse(part) == part


PLAIN = st.lists(
    st.sampled_from(
        ["- item", "1. first", "  - nested", "| a | b |", "", "A line of words.", "> quote", "# Head"]
    ),
    max_size=60,
).map("\n".join)


@given(PLAIN, st.integers(100, 200))
def test_nothing_is_lost_but_white_space(text, limit):
    parts = parts_of(text, limit=limit)

    if text.strip():
        assert "".join("".join(parts).split()) == "".join(text.split())
