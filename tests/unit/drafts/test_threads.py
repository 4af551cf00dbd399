from bot.slack.threads import conversation


def message(user, text, **more):
    return {"user": user, "text": text, **more}


def test_a_conversation_reads_like_a_play_without_names():
    lines = conversation(
        [
            message("U9", "Is <https://example.com|the page> &amp; *all* fine?"),
            message("U2", "Yes"),
            message("U9", "Good"),
            message("UB", "A draft.", bot_id="B1"),
        ]
    ).splitlines()

    assert lines == [
        "Person 1: Is [the page](https://example.com) & **all** fine?",
        "Person 2: Yes",
        "Person 1: Good",
        "Draftloop: A draft.",
    ]


def test_messages_without_words_are_skipped():
    assert conversation([message("U1", ""), {"user": "U1"}, message("U1", "x")]) == "Person 1: x"
    assert conversation([message("U1", "  "), message("U2", "x")]) == "Person 1: x"


def test_who_is_spoken_of_has_the_same_name_as_when_they_speak():
    placeholder = message("UB", "Writing", bot_id="B1", ts="3.0")

    lines = conversation(
        [
            message("U9", "<@U2> can you look?", ts="1.0"),
            message("U2", "<@UB> write an answer to <@U9>", ts="2.0"),
            placeholder,
        ],
        without="3.0",
    ).splitlines()

    assert lines == ["Person 1: Person 2 can you look?", "Person 2: Draftloop write an answer to Person 1"]


def test_a_thread_beyond_all_limits_keeps_its_end():
    text = conversation([message("U1", "a" * 30_000), message("U1", "the end")])

    assert len(text) == 20_000
    assert text.endswith("the end")


def test_no_messages_are_no_conversation():
    assert conversation([]) == ""
