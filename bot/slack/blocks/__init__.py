"""Block Kit messages and modals as pure builders; each is tested against Slack's limits."""
