"""Every method of the Web API; importing a family registers it."""

from bot.sandbox.methods import auth, chat, conversations, files, oauth, reactions, streams, users, views

__all__ = ["auth", "chat", "conversations", "files", "oauth", "reactions", "streams", "users", "views"]
