"""Handlers translate what the outside world says into calls of the bot."""
