"""Standard markdown, as drafts are written in."""

import pytest

from tests.unit.sandbox_page.looking import see_block


def see_markdown(text):
    return see_block({"type": "markdown", "text": text})


def test_headings_stand_below_those_of_the_page_and_leave_no_level_out():
    seen = see_markdown("## Two\n\n#### Four\n\n## Two\n\n###### Six")

    assert [element.tag for element in seen.with_class("markdown__heading")] == ["h2", "h3", "h2", "h4"]


def test_lists_quotes_code_and_struck_words_are_formatted():
    seen = see_markdown("1. a\n2. b\n\n> q\n\n`c*d*` ~~no~~ **yes** *so*\n\n```html\n<b>\n```")

    assert [item.text for item in seen.all("li")] == ["a", "b"]
    assert seen.one("blockquote").text.strip() == "q"
    assert (seen.one("s").text, seen.one("strong").text, seen.one("em").text) == ("no", "yes", "so")
    assert seen.one("pre").text == "<b>"
    assert seen.all("b") == []


def test_a_table_aligns_by_class_and_can_be_scrolled_by_keyboard():
    seen = see_markdown("| a | b |\n| :-: | --: |\n| 1 | 2 |")

    assert [cell.classes for cell in seen.all("td")] == [["align-center"], ["align-right"]]
    assert seen.with_class("table-scroll")[0].attributes["tabindex"] == "0"
    assert not [element for element in seen.elements if "style" in element.attributes]


def test_one_line_break_is_a_line_break():
    assert len(see_markdown("one\ntwo").all("br")) == 1


def test_raw_html_is_shown_as_it_is_written():
    seen = see_markdown("<script>alert(1)</script> <img src=x onerror=y>\n\n<div>\n\n&lt;i&gt;")

    assert "<script>alert(1)</script>" in seen.text
    assert "<i>" in seen.text
    assert {"script", "img", "i"}.isdisjoint(element.tag for element in seen.elements)


def test_a_picture_from_elsewhere_is_a_link():
    seen = see_markdown("![a cat](https://cats.example/x.png)")

    assert seen.all("img") == []
    assert seen.one("a").attributes["href"] == "https://cats.example/x.png"
    assert seen.one("a").text == "a cat"


def test_a_picture_inside_a_link_leaves_one_link():
    seen = see_markdown("[![badge](https://a.example/x.svg)](https://b.example)")

    assert seen.one("a").attributes["href"] == "https://b.example"


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert%281%29)",
        "[x](data:text/html,y)",
        "<javascript:alert>",
        "[x](/relative)",
        "[x](//host)",
    ],
)
def test_unsafe_addresses_are_no_links(link):
    assert see_markdown(link).all("a") == []


def test_bare_addresses_and_emoji_are_recognised_outside_of_code():
    seen = see_markdown("See https://a.example/b_c. :tada: `:tada: https://b.example`")

    assert seen.one("a").attributes["href"] == "https://a.example/b_c"
    assert seen.one("span", role="img").text == "🎉"
    assert seen.one("code").text == ":tada: https://b.example"


def test_a_link_keeps_its_words_even_when_they_are_an_address():
    seen = see_markdown("[https://shown.example](https://real.example)")

    assert seen.one("a").attributes["href"] == "https://real.example"
    assert seen.one("a").text == "https://shown.example"
