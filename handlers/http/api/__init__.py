"""`/api/v1`: what a team's own systems may ask. One file per resource; they translate, `bot.integrations` decides."""

from handlers.http.api.app import PREFIX, build_api

__all__ = ["PREFIX", "build_api"]
