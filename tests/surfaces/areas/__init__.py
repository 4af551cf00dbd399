"""One file per area: `surfaces()` yields what people meet, `bounds(text)` the same builders with a hard text in every place."""
