"""What Alembic runs around each migration; `storage.migrate` hands over the connection and the schema."""

from typing import Any, Literal

from alembic import context
from sqlalchemy.types import TypeDecorator

schema = context.config.attributes["schema"]


def render_item(kind: str, item: Any, _autogenerate: Any) -> str | Literal[False]:
    """Write our column types as the plain ones below them: a migration must not change with the program."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=schema.metadata,
    version_table=schema.version_table,
    render_item=render_item,
    # SQLite changes a table by copying it.
    render_as_batch=context.config.attributes["batch"],
)
# The caller's transaction, with its lock, is around this.
context.run_migrations()
