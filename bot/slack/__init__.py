"""Everything that speaks to Slack; nothing else imports slack_sdk."""
