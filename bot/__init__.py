"""The bot decides: drafts, feedback, learning, training, reports."""
