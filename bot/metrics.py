"""What an operator can count: numbers only, never an id or a text."""

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest

__all__ = [
    "AUTHORIZATIONS",
    "CONTENT_TYPE_LATEST",
    "ERRORS",
    "EVENTS_APPLIED",
    "EVENTS_RECEIVED",
    "INBOX_PUT_SECONDS",
    "PROJECTION_LAG_SECONDS",
    "RATE_LIMITED",
    "REQUESTS_REFUSED",
    "SOCKET_CONNECTIONS",
    "SOCKET_RECONNECTS",
    "UNHANDLED",
    "generate_latest",
]

EVENTS_RECEIVED = Counter(
    "draftloop_events_received_total", "Slack events taken in.", ["outcome"]
)  # stored, repeated, refused
EVENTS_APPLIED = Counter(
    "draftloop_events_applied_total", "Events the projector is through with.", ["outcome"]
)  # done, retried, parked
UNHANDLED = Counter(
    "draftloop_unhandled_total", "Requests of Slack nobody here listens to (acknowledged).", ["kind"]
)  # event, interaction
RATE_LIMITED = Counter("draftloop_rate_limited_total", "Times Slack said that it held events back.")
REQUESTS_REFUSED = Counter(
    "draftloop_requests_refused_total", "HTTP requests that did not prove to be Slack's.", ["reason"]
)
AUTHORIZATIONS = Counter(
    "draftloop_authorizations_total", "Looks at a workspace's token.", ["outcome"]
)  # cached, checked, unknown, later
ERRORS = Counter("draftloop_errors_total", "Errors at the boundary.", ["kind"])  # known, unknown
SOCKET_CONNECTIONS = Gauge("draftloop_socket_connections", "Open Socket Mode connections.")
SOCKET_RECONNECTS = Counter("draftloop_socket_reconnects_total", "Socket Mode connections made anew.")
INBOX_PUT_SECONDS = Histogram(
    "draftloop_inbox_put_seconds",
    "From an event's arrival to its commit.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3),
)
PROJECTION_LAG_SECONDS = Histogram(
    "draftloop_projection_lag_seconds",
    "From an event's arrival to the end of its listener.",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 3, 10, 30, 120, 600),
)
