"""Every message, modal and Home view that the bot can show: held against Slack's limits, and drawn by `make gallery`."""
