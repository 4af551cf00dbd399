"""Messages in a channel beside a draft's text, and whether they are that text: what `bot.feedback.copies` is set by.

Written by hand: posted as it is, with a greeting, with names or figures changed, shortened, translated into Slack's own
markup; and what is not a copy: answers, news on the same subject, quotes of a sentence, boilerplate in common.
"""

RELEASE = (
    "The release of the new billing service moves from Tuesday to **Thursday, 14:00 UTC**. Payments made before then are "
    "not affected. If you see a failed invoice after Thursday, please write to the billing team in #billing-help."
)
OFFICE = (
    "The office is closed on Monday for the public holiday. Deliveries will be taken at the front desk on Tuesday. "
    "If you need to get in, ask Facilities for a key by Friday noon."
)
POST = "We cut our build times in half. How? We stopped rebuilding what did not change. Read the story on our blog."
BULLET = "Led the migration of 40 services to Kubernetes, cutting hosting costs by 32% within two quarters."
NOTES = (
    "## 2.4.0\n- Export drafts as CSV\n- Search works in private channels\n- Fixed: reminders came twice after a clock "
    "change\n- Breaking: the old /v1/export address is gone, use /v2/export instead"
)
GERMAN = (
    "Das Wartungsfenster beginnt am Samstag um 22 Uhr und dauert etwa zwei Stunden. In dieser Zeit ist die Anmeldung nicht "
    "möglich. Laufende Sitzungen bleiben erhalten."
)
JAPANESE = (
    "来週の月曜日はオフィスが閉まります。荷物は火曜日に受付で受け取れます。ご質問は総務までお願いします。"
)

COPIES = (
    (RELEASE, RELEASE),
    (RELEASE, f"Hi all! {RELEASE}"),
    (RELEASE, RELEASE.replace("**", "*").replace("Thursday", "Friday")),
    (RELEASE, RELEASE.split(" If you see", maxsplit=1)[0] + " Thanks for your patience!"),
    (
        RELEASE,
        (
            "Heads up: the release of the new billing service moves from Tuesday to Thursday, 14:00 UTC. Payments made before "
            "then are not affected. See a failed invoice after Thursday? Please write to the billing team."
        ),
    ),
    (OFFICE, OFFICE),
    (OFFICE, f":wave: Morning everyone\n\n{OFFICE}\n\nHave a good weekend, Ana"),
    (OFFICE, OFFICE.replace("Monday", "Wednesday").replace("Tuesday", "Thursday")),
    (OFFICE, OFFICE.upper()),
    (POST, POST),
    (POST, f"{POST} :rocket: <https://example.com/blog|example.com/blog>"),
    (POST, "We cut our build times in half. How? We stopped rebuilding what did not change. Story below."),
    (BULLET, BULLET),
    (BULLET, f"What I will put on my CV: {BULLET}"),
    (
        BULLET,
        "Led the migration of 42 services to Kubernetes, cutting hosting costs by 30% within two quarters.",
    ),
    (NOTES, NOTES),
    (NOTES, NOTES.replace("## ", "*").replace("- ", "• ")),
    (NOTES, f"Release day! {NOTES} Thanks to everybody who sent us bugs."),
    (GERMAN, GERMAN),
    (GERMAN, f"Liebe alle, {GERMAN} Viele Grüße"),
    (GERMAN, GERMAN.replace("Samstag", "Sonntag").replace("22 Uhr", "23 Uhr")),
    (JAPANESE, JAPANESE),
    (JAPANESE, f"お疲れさまです。{JAPANESE}"),
)

NO_COPIES = (
    (
        RELEASE,
        "Why does the release of the billing service move to Thursday? I have a customer waiting for it.",
    ),
    (
        RELEASE,
        "The billing team is looking for somebody to join the on-call rota from Thursday on, please write to Ben.",
    ),
    (
        RELEASE,
        "Payments are down again. I see a failed invoice for every second customer since 14:00 UTC. Anybody?",
    ),
    (
        RELEASE,
        "Ben wrote: “Payments made before then are not affected.” Is that so? I have seen three refunds that say otherwise.",
    ),
    (
        RELEASE,
        (
            "The release of the new search service moves from Monday to Wednesday. Indexing before then goes on as usual. "
            "If results look odd after Wednesday, please tell the search team."
        ),
    ),
    (
        OFFICE,
        "Is the office closed on Monday? I wanted to come in and take some deliveries for the front desk.",
    ),
    (
        OFFICE,
        "If you need to get into the lab, ask Robert for a badge by Thursday noon. He is in room 4 all week.",
    ),
    (
        OFFICE,
        "The canteen is closed on Monday for cleaning. Lunch will be served in the hall on Tuesday as well.",
    ),
    (
        POST,
        "How did we get the build times down? Who knows the story? I would like to read it on our blog some day.",
    ),
    (
        POST,
        "Our build times doubled. What changed? We are rebuilding everything on each commit, please read the log.",
    ),
    (
        BULLET,
        "We led forty customers through the migration, and hosting costs went up, not down, in the first two quarters.",
    ),
    (
        BULLET,
        "Kubernetes upgrade tonight: 40 services will be restarted one after the other, no downtime is expected.",
    ),
    (
        NOTES,
        "Export as CSV is broken for me since 2.4.0, the file is empty. Does search work in private channels for you?",
    ),
    (
        NOTES,
        "## 2.3.0\n- Export drafts as JSON\n- Search is faster\n- Fixed: digests came late after a restart of the server",
    ),
    (
        GERMAN,
        "Wann beginnt das Wartungsfenster am Samstag genau, und ist die Anmeldung in dieser Zeit noch möglich?",
    ),
    (
        GERMAN,
        "Am Samstag um 22 Uhr gibt es im Hof ein Feuerwerk, es dauert etwa zwei Stunden, Karten sind noch erhältlich.",
    ),
    (
        JAPANESE,
        "来週の火曜日に新しい受付の方が来ます。歓迎会は金曜日の夜です。参加できる方は教えてください。",
    ),
    (OFFICE, RELEASE),
    (RELEASE, OFFICE),
    (POST, "thanks, posted!"),
    (
        RELEASE,
        (
            f"Weekly summary. {' '.join(f'Item {n}: something happened in team {n}.' for n in range(60))} {RELEASE} "
            f"{' '.join(f'Then {n} more things were decided by group {n}.' for n in range(60))}"
        ),
    ),
)
