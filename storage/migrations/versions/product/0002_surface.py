"""The whole Slack surface: tasks, recurring briefs, lines, what a team's own systems say and hear.

Columns that must be filled carry a default of the server's, so that the program before this one can still insert.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("hint", sa.String(length=16), nullable=False),
        sa.Column("scopes", sa.String(length=255), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_api_tokens_hash")),
    )
    op.create_index(op.f("ix_api_tokens_workspace_id"), "api_tokens", ["workspace_id"], unique=False)

    op.create_table(
        "outcomes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("token_id", sa.String(length=32), nullable=False),
        sa.Column("feed_position", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcomes")),
        sa.UniqueConstraint(
            "draft_id", "name", "measured_at", name=op.f("uq_outcomes_draft_id_name_measured_at")
        ),
    )
    op.create_index(
        op.f("ix_outcomes_workspace_id_name_measured_at"),
        "outcomes",
        ["workspace_id", "name", "measured_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_outcomes_workspace_id_feed_position_received_at"),
        "outcomes",
        ["workspace_id", "feed_position", "received_at"],
        unique=False,
    )

    op.create_table(
        "phrasing_requests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("request_key", sa.String(length=255), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("first_line", sa.Integer(), nullable=False),
        sa.Column("last_line", sa.Integer(), nullable=False),
        sa.Column("wish_sealed", sa.Text(), nullable=True),
        sa.Column("options_sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("correction_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phrasing_requests")),
        sa.UniqueConstraint(
            "workspace_id", "request_key", name=op.f("uq_phrasing_requests_workspace_id_request_key")
        ),
    )
    op.create_index(op.f("ix_phrasing_requests_draft_id"), "phrasing_requests", ["draft_id"], unique=False)

    op.create_table(
        "recurring_briefs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("creator_id", sa.String(length=64), nullable=False),
        sa.Column("request_key", sa.String(length=255), nullable=False),
        sa.Column("brief_sealed", sa.Text(), nullable=True),
        sa.Column("task", sa.String(length=64), nullable=True),
        sa.Column("weekdays", sa.String(length=32), nullable=False),
        sa.Column("local_time", sa.String(length=5), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurring_briefs")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_recurring_briefs_workspace_id_number")),
        sa.UniqueConstraint(
            "workspace_id", "request_key", name=op.f("uq_recurring_briefs_workspace_id_request_key")
        ),
    )
    op.create_index(op.f("ix_recurring_briefs_next_at"), "recurring_briefs", ["next_at"], unique=False)

    op.create_table(
        "tasks",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("title_sealed", sa.Text(), nullable=True),
        sa.Column("instructions_sealed", sa.Text(), nullable=True),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "name", name=op.f("pk_tasks")),
    )
    op.create_table(
        "webhooks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("url_sealed", sa.Text(), nullable=True),
        sa.Column("secret_sealed", sa.Text(), nullable=True),
        sa.Column("cursor", sa.String(length=255), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_status", sa.String(length=64), nullable=True),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_webhooks")),
    )
    op.create_index(op.f("ix_webhooks_next_at"), "webhooks", ["next_at"], unique=False)
    op.create_index(op.f("ix_webhooks_workspace_id"), "webhooks", ["workspace_id"], unique=False)

    op.add_column("asks", sa.Column("kind", sa.String(length=16), nullable=False, server_default="reason"))
    op.add_column("asks", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("channels", sa.Column("tone_sealed", sa.Text(), nullable=True))
    op.add_column(
        "channels", sa.Column("who_may_ask", sa.String(length=16), nullable=False, server_default="everybody")
    )
    op.add_column("channels", sa.Column("reviewer_group", sa.String(length=64), nullable=True))
    op.add_column(
        "channels", sa.Column("reviewers_per_draft", sa.Integer(), nullable=False, server_default="1")
    )
    op.add_column("channels", sa.Column("greeted_at", sa.DateTime(timezone=True), nullable=True))

    op.add_column("corrections", sa.Column("first_line", sa.Integer(), nullable=True))
    op.add_column("corrections", sa.Column("last_line", sa.Integer(), nullable=True))
    op.add_column("corrections", sa.Column("lines_before_sealed", sa.Text(), nullable=True))
    op.add_column("corrections", sa.Column("lines_after_sealed", sa.Text(), nullable=True))

    op.add_column("drafts", sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("drafts", sa.Column("external_id", sa.String(length=255), nullable=True))
    op.add_column("drafts", sa.Column("own_metadata_sealed", sa.Text(), nullable=True))
    op.add_column("drafts", sa.Column("request_hash", sa.String(length=64), nullable=True))
    op.create_index(
        op.f("ix_drafts_workspace_id_external_id"), "drafts", ["workspace_id", "external_id"], unique=False
    )

    op.add_column("workspaces", sa.Column("feed_end", sa.BigInteger(), nullable=False, server_default="0"))
    for table, moment in (("signals", "received_at"), ("drafts", "posted_at")):
        op.add_column(table, sa.Column("feed_position", sa.BigInteger(), nullable=True))
        name = op.f(f"ix_{table}_workspace_id_feed_position_{moment}")
        op.create_index(name, table, ["workspace_id", "feed_position", moment], unique=False)

    op.add_column("members", sa.Column("receipts", sa.Boolean(), nullable=False, server_default=sa.true()))


def downgrade() -> None:
    op.drop_column("members", "receipts")

    for table, moment in (("signals", "received_at"), ("drafts", "posted_at")):
        op.drop_index(op.f(f"ix_{table}_workspace_id_feed_position_{moment}"), table_name=table)
        op.drop_column(table, "feed_position")
    op.drop_column("workspaces", "feed_end")

    op.drop_index(op.f("ix_drafts_workspace_id_external_id"), table_name="drafts")
    op.drop_column("drafts", "request_hash")
    op.drop_column("drafts", "own_metadata_sealed")
    op.drop_column("drafts", "external_id")
    op.drop_column("drafts", "hidden_at")

    op.drop_column("corrections", "lines_after_sealed")
    op.drop_column("corrections", "lines_before_sealed")
    op.drop_column("corrections", "last_line")
    op.drop_column("corrections", "first_line")

    op.drop_column("channels", "greeted_at")
    op.drop_column("channels", "reviewers_per_draft")
    op.drop_column("channels", "reviewer_group")
    op.drop_column("channels", "who_may_ask")
    op.drop_column("channels", "tone_sealed")

    op.drop_column("asks", "asked_at")
    op.drop_column("asks", "kind")

    op.drop_index(op.f("ix_webhooks_workspace_id"), table_name="webhooks")
    op.drop_index(op.f("ix_webhooks_next_at"), table_name="webhooks")

    op.drop_table("webhooks")
    op.drop_table("tasks")
    op.drop_index(op.f("ix_recurring_briefs_next_at"), table_name="recurring_briefs")

    op.drop_table("recurring_briefs")
    op.drop_index(op.f("ix_phrasing_requests_draft_id"), table_name="phrasing_requests")

    op.drop_table("phrasing_requests")
    op.drop_index(op.f("ix_outcomes_workspace_id_feed_position_received_at"), table_name="outcomes")
    op.drop_index(op.f("ix_outcomes_workspace_id_name_measured_at"), table_name="outcomes")

    op.drop_table("outcomes")
    op.drop_index(op.f("ix_api_tokens_workspace_id"), table_name="api_tokens")

    op.drop_table("api_tokens")
