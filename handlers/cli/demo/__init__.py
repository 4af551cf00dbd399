"""`draftloop demo`: a Slack on localhost, a model and the real bot, in the browser or told in the terminal."""
