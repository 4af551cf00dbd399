"""Slack's JSON as HTML: pure functions from what the workspace keeps to what a person sees."""

from bot.sandbox.page.rendering.emoji import emoji_catalogue, find_emoji
from bot.sandbox.page.rendering.environment import environment
from bot.sandbox.page.rendering.messages import is_compact
from bot.sandbox.page.rendering.names import Names, Place
from bot.sandbox.page.rendering.renderer import Renderer

__all__ = ["Names", "Place", "Renderer", "emoji_catalogue", "environment", "find_emoji", "is_compact"]
