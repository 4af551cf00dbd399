import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import defuse, escape

BREAK = "\N{WORD JOINER}"


def test_escape_leaves_slack_nothing_to_interpret():
    escaped = escape("<!channel> Tom & Ana <https://x.example|y>")

    assert escaped == "&lt;!channel&gt; Tom &amp; Ana &lt;https://x.example|y&gt;"


@pytest.mark.parametrize(
    "ping",
    [
        "<!channel>",
        "<!here>",
        "<!everyone>",
        "<!subteam^S123|@team>",
        "<@U123>",
        "<@U123|ana>",
        "<#C123|general>",
        "<!date^1392734382^{date}|x>",
        "&lt;!channel&gt;",
        "&#60;!channel>",
        "&#x3C;@U123>",
        "<\N{ZERO WIDTH SPACE}!channel>",
        "<\N{ZERO WIDTH JOINER}@U123>",
        "<\N{WORD JOINER}!here>",
        "```\n<!channel>\n```",
        "`<@U123>`",
    ],
)
def test_no_mention_survives(ping):
    defused = defuse(f"Hello {ping} and more")

    assert not any(opening in defused.lower() for opening in ("<!", "<@", "<#", "&lt;!", "&lt;@", "&#60;!"))
    assert "&#x3c;@" not in defused.lower()


@pytest.mark.parametrize(
    "ping", ["@channel", "@here", "@everyone", "@group", "@HERE", "\uff20channel", "&#64;here"]
)
@pytest.mark.parametrize("frame", ["{}", "Hi {}!", "*{}*", "_{}_", "({})", "\n{}\n"])
def test_nobody_is_called_by_a_bare_at(ping, frame):
    defused = defuse(frame.format(ping))

    assert ping not in defused
    assert defused.replace(BREAK, "") == frame.format(ping)


@pytest.mark.parametrize(
    ("given_text", "shown"),
    [
        ("<https://x.example|our site>", "[our site](https://x.example)"),
        ("<https://x.example>", "https://x.example"),
        ("[our site](https://x.example)", "[our site](https://x.example)"),
        ("[bank.example](https://evil.example)", "bank.example (https://evil.example)"),
        ("<https://evil.example|https://bank.example>", "https://bank.example (https://evil.example)"),
        (
            "[bank.example](https://bank.example@evil.example/)",
            "bank.example (https://bank.example@evil.example/)",
        ),
        (
            "[bank.example](https://bank.example.evil.example)",
            "bank.example (https://bank.example.evil.example)",
        ),
        ("[www.x.example/a](https://x.example/b)", "[www.x.example/a](https://x.example/b)"),
        ("[click](javascript:alert)", "click (javascript:alert)"),
        ("<slack://user?id=1|click>", "click (slack://user?id=1)"),
        ("![chart](https://x.example/a.png)", "[chart](https://x.example/a.png)"),
        ("[ba\N{ZERO WIDTH SPACE}nk.example](https://evil.example)", "bank.example (https://evil.example)"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}moc.knab", "moc.knab"),
        ("[wiki](https://x.example/a_(b))", "[wiki](https://x.example/a_(b))"),
    ],
)
def test_a_link_says_where_it_leads(given_text, shown):
    assert defuse(given_text) == shown


def test_a_link_by_reference_is_no_link():
    defused = defuse("Pay [here][1].\n\n[1]: https://evil.example")

    assert "[1]:" not in defused


@pytest.mark.parametrize(
    "harmless",
    [
        "# Title\n\n- **bold** _it_ ~no~\n> quote\n\n1 < 2 && 3 > 2",
        "```python\nhandlers[name](event)\n```",
        "Call `handlers[name](event)` now",
        "mail ana@here.example",
        "Family: 👩\N{ZERO WIDTH JOINER}👩\N{ZERO WIDTH JOINER}👧, tea ☕",
        "https://x.example/a?b=c&d=e#f",
    ],
)
def test_harmless_text_stays_as_it_is(harmless):
    assert defuse(harmless) == harmless


MARKS = ["<", "!", "@", "#", ">", "|", "[", "]", "(", ")", "`", "```", "\n", " ", ":", "&lt;"]
WORDS = ["channel", "here", "U1", "https://a.example", "b.example"]
HIDDEN = ["\N{ZERO WIDTH SPACE}", "\N{WORD JOINER}", "\N{ZERO WIDTH JOINER}"]
PIECES = st.sampled_from([*MARKS, *WORDS, *HIDDEN])


@given(st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=200))
def test_whatever_a_model_writes_pings_nobody(text):
    defused = defuse(text)

    assert not any(opening in defused for opening in ("<!", "<@", "<#", "&lt;!", "&lt;@", "&lt;#"))
    assert not re.search(r"(?<![A-Za-z0-9])@(?:channel|here)(?![A-Za-z0-9])", defused)


@pytest.mark.parametrize(
    "text",
    ["[x](http://a" + " " * 40_000, "`a" * 20_000, "[a" * 20_000, "<a:" * 13_000, "[x](" + "(" * 40_000],
)
def test_a_text_made_to_be_slow_is_not(text):
    assert len(defuse(text)) >= 13_000
