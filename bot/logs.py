"""Structured logs: static event names, identifiers not objects, no tokens and no message text."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKENS = re.compile(
    r"(xox[a-z]-|xapp-|xoxe[.-]|sk-)[A-Za-z0-9-_.]{6,}|(?<=[?&]token=)[^&\s]+|(?<=Bearer )\S+"
)
QUIET = (
    "slack_bolt",
    "slack_sdk",
    "alembic",
    "httpx",
    "httpx2",
    "httpcore",
    "httpcore2",
    "openai",
    "uvicorn",
    "apscheduler",
    "dbos",
    "websockets",
    "aiosqlite",
    "matplotlib",
    "asyncio",
)


def redact(text: str) -> str:
    """Replace anything that looks like a token."""
    return _TOKENS.sub("[redacted]", text)


def _redact_event(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: redact(value) if isinstance(value, str) else value for key, value in event.items()}


def configure_logs(*, level: str = "INFO", output: str = "console") -> None:
    """Send every log record, ours and the libraries', through one redacting handler on standard error."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact_event,
    ]
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if output == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(allow=[]), *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in QUIET:  # Their INFO lines hold bodies (Bolt logs a badly signed one whole).
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared[:-2],
            structlog.processors.format_exc_info,
            _redact_event,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Give a module its logger; events are static names and values identifiers."""
    logger: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return logger
