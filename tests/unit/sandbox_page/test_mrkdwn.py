"""Slack's own markup as people know it from Slack."""

import pytest

from tests.unit.sandbox_page.looking import PAGE, see_text

BROKEN = [
    ("*bold*", "<b>bold</b>"),
    ("_italic_ ~gone~", "<i>italic</i> <s>gone</s>"),
    ("*_both_*", "<b><i>both</i></b>"),
    ("_*both*_", "<i><b>both</b></i>"),
    ("*a _b_ c*", "<b>a <i>b</i> c</b>"),
    ("(*bold*).", "(<b>bold</b>)."),
    ("*not closed", "*not closed"),
    ("*a _b* c_", "<b>a _b</b> c_"),
    ("2*3*4 snake_case_name", "2*3*4 snake_case_name"),
    ("* spaced *", "* spaced *"),
    ("**", "**"),
    ("*a\nb*", "*a<br>b*"),
    ("a\nb", "a<br>b"),
    ("`*stars*`", '<code class="code">*stars*</code>'),
    ("*`a*b`*", '<b><code class="code">a*b</code></b>'),
    ("`open", "`open"),
    ("```\n*a*\n  b\n```", '<pre class="pre"><code>*a*\n  b</code></pre>'),
    ("x\n```y```\nz", 'x<pre class="pre"><code>y</code></pre>z'),
    ("&gt; a\n&gt; b\nc", '<blockquote class="quote">a<br>b</blockquote>c'),
    ("a\n&gt; b", 'a<blockquote class="quote">b</blockquote>'),
    ("&gt;&gt;&gt; a\nb", '<blockquote class="quote">a<br>b</blockquote>'),
    ("1 &gt; 0 &amp; 0 &lt; 1", "1 &gt; 0 &amp; 0 &lt; 1"),
    ("&quot;&nbsp;", "&amp;quot;&amp;nbsp;"),
    ("<b>", "&lt;b&gt;"),
    ("<!here|x>", '<span class="mention mention--all">@here</span>'),
    ("<!subteam^SDEV>", '<span class="mention">@developers</span>'),
    ("<@UANA>", '<span class="mention mention--me">@Ana Bell</span>'),
    ("<@UBEN|old>", '<span class="mention">@Ben</span>'),
    ("<@UGONE|gone>", '<span class="mention">@gone</span>'),
    (
        "<#CNEWS>",
        '<a class="mention mention--channel" href="?as=UANA&amp;in=CNEWS" data-do="go" data-in="CNEWS">#news</a>',
    ),
    ("<#CSECRET|plans>", '<span class="mention">#plans</span>'),
    ("10:30:45", "10:30:45"),
    (":no_such_emoji:", ":no_such_emoji:"),
    ("", ""),
]


@pytest.mark.parametrize(("written", "shown"), BROKEN)
def test_it_looks_as_in_slack(written, shown):
    assert PAGE.mrkdwn(written) == shown


def test_a_link_shows_its_words_and_opens_beside_the_page():
    link = see_text("<https://a.example/?a=1&amp;b=2|the words>").one("a")

    assert link.text == "the words"
    assert link.attributes["href"] == "https://a.example/?a=1&b=2"
    assert (link.attributes["target"], link.attributes["rel"]) == ("_blank", "noopener noreferrer")


def test_a_bare_address_becomes_a_link_without_the_punctuation_behind_it():
    seen = see_text("See https://a.example/x_(y)_z, and (https://b.example/a_b).")

    assert [link.attributes["href"] for link in seen.all("a")] == [
        "https://a.example/x_(y)_z",
        "https://b.example/a_b",
    ]
    assert seen.text == "See https://a.example/x_(y)_z, and (https://b.example/a_b)."


def test_mail_is_a_link_with_the_address_as_its_words():
    assert see_text("<mailto:a@b.example>").one("a").text == "a@b.example"


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc", " https://a", "java\nscript:"],
)
def test_no_other_address_becomes_a_link(address):
    seen = see_text(f"<{address}|press me>")

    assert seen.all("a") == []
    assert "press me" in seen.text


def test_a_date_is_shown_in_the_readers_zone():
    seen = see_text("<!date^1795437000^{date_num} at {time}|fallback>")

    assert seen.one("time").text == "2026-11-23 at 13:30"


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("{date_short_pretty}", "today"),
        ("{date}", "November 23rd, 2026"),
        ("{date_long}", "Monday, November 23rd, 2026"),
        ("{date_short}", "Nov 23, 2026"),
        ("{time_secs}", "13:30:00"),
        ("{unknown}", "{unknown}"),
    ],
)
def test_date_tokens_are_slacks(pattern, shown):
    assert see_text(f"<!date^1795437000^{pattern}|x>").text == shown


def test_a_date_may_be_a_link_and_nonsense_shows_its_fallback():
    assert see_text("<!date^1795437000^{time}^https://a.example|x>").one("a").text == "13:30"
    assert see_text("<!date^999999999999^{time}|some day>").text == "some day"
    assert see_text("<!date^soon^{time}|some day>").text == "some day"


def test_a_mention_in_code_is_still_a_name():
    assert see_text("`hi <@UBEN>`").one("code").text == "hi @Ben"


def test_a_private_channel_that_the_reader_does_not_know_has_no_name():
    assert see_text("<#CSECRET>").text == "#private-channel"


@pytest.mark.parametrize("odd", ["\x00", "\ud800", "\x1b[31m", "\x7f"])
def test_what_cannot_be_sent_is_replaced(odd):
    shown = PAGE.mrkdwn(f"a{odd}b `{odd}` <https://a.example|{odd}>")

    assert shown.encode("utf-8")
    assert odd[0] not in shown


@pytest.mark.parametrize(
    "piece", ["*", "_", "`", "```", "<", "*_~", ">", ":a", "https://a.example/", "&gt;", "<!date^1^"]
)
def test_a_very_long_text_of_half_open_markup_is_done_in_one_go(piece):
    text = piece * (40_000 // len(piece))

    assert len(PAGE.mrkdwn(text)) >= len(text.replace("`", "").replace("&gt;", "").replace(">", ""))
