from tests.fakes.event_path import clients, make_path, slack, slack_settings, store
from tests.fakes.product_logs import logged

__all__ = ["clients", "logged", "make_path", "slack", "slack_settings", "store"]
