"""`/draftloop rules`: the pages on which rules are found, read and changed."""
