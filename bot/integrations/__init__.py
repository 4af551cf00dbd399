"""How a team's own systems use the bot: tokens, drafts and outcomes of theirs, the feed, webhooks."""
