"""What Draftloop answers over HTTP: Slack's requests, a team's own systems, health, metrics."""

from handlers.http.health import Readiness
from handlers.http.server import CannotListen, HttpServer, build_http

__all__ = ["CannotListen", "HttpServer", "Readiness", "build_http"]
