import pytest

from bot.slack.plain import to_markdown


@pytest.mark.parametrize(
    ("event_text", "markdown"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("see <https://example.com|the page>", "see [the page](https://example.com)"),
        ("see <https://example.com>", "see https://example.com"),
        ("mail <mailto:a@example.com|a@example.com>", "mail a@example.com"),
        ("in <#C012|general>", "in #general"),
        ("thank <@U012|ben> and <!subteam^S1|@design>", "thank @ben and @design"),
        ("tell <!channel> and <!here>", "tell @channel and @here"),
        ("*bold* and _slanted_ and ~gone~", "**bold** and _slanted_ and ~~gone~~"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("`*not bold*`", "`*not bold*`"),
        ("  <@U012> hi ", "<@U012> hi"),
    ],
)
def test_a_message_reads_as_markdown(event_text, markdown):
    assert to_markdown(event_text) == markdown
