"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asks",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "draft_id", name=op.f("pk_asks")),
        sa.UniqueConstraint(
            "workspace_id", "user_id", "day", "place", name=op.f("uq_asks_workspace_id_user_id_day_place")
        ),
    )
    op.create_table(
        "audit_entries",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entries")),
    )
    op.create_index(
        op.f("ix_audit_entries_workspace_id_at"), "audit_entries", ["workspace_id", "at"], unique=False
    )
    op.create_table(
        "channels",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_is_member", sa.Boolean(), nullable=False),
        sa.Column("archived", sa.Boolean(), nullable=False),
        sa.Column("default_task", sa.String(length=64), nullable=False),
        sa.Column("digest_enabled", sa.Boolean(), nullable=False),
        sa.Column("digest_weekday", sa.String(length=3), nullable=False),
        sa.Column("digest_time", sa.String(length=5), nullable=False),
        sa.Column("next_digest_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_channels")),
    )
    op.create_index(op.f("ix_channels_next_digest_at"), "channels", ["next_digest_at"], unique=False)
    op.create_table(
        "corrections",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=True),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("control", sa.String(length=128), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("interpretation", sa.String(length=16), nullable=False),
        sa.Column("interpreted_by", sa.String(length=64), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("original_sealed", sa.Text(), nullable=True),
        sa.Column("edit_distance", sa.Double(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
        sa.UniqueConstraint("draft_id", "control", name=op.f("uq_corrections_draft_id_control")),
    )
    op.create_index(
        op.f("ix_corrections_workspace_id_created_at"),
        "corrections",
        ["workspace_id", "created_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_corrections_workspace_id_user_id"), "corrections", ["workspace_id", "user_id"], unique=False
    )
    op.create_table(
        "dataset_rows",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("split", sa.String(length=8), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_rows")),
        sa.UniqueConstraint(
            "version_id", "kind", "position", name=op.f("uq_dataset_rows_version_id_kind_position")
        ),
    )
    op.create_table(
        "dataset_versions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dataset_versions")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_dataset_versions_workspace_id_number")),
    )
    op.create_table(
        "digests",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "period", name=op.f("pk_digests")),
    )
    op.create_table(
        "draft_messages",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=True),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "channel_id", "ts", name=op.f("pk_draft_messages")),
    )
    op.create_index(op.f("ix_draft_messages_draft_id"), "draft_messages", ["draft_id"], unique=False)
    op.create_table(
        "draft_standings",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("positives", sa.Integer(), nullable=False),
        sa.Column("negatives", sa.Integer(), nullable=False),
        sa.Column("approvals", sa.Integer(), nullable=False),
        sa.Column("flags", sa.Integer(), nullable=False),
        sa.Column("corrections", sa.Integer(), nullable=False),
        sa.Column("ratings", sa.Integer(), nullable=False),
        sa.Column("rating_total", sa.Integer(), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_draft_standings")),
    )
    op.create_table(
        "drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("requester_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("request_key", sa.String(length=255), nullable=False),
        sa.Column("brief_sealed", sa.Text(), nullable=True),
        sa.Column("context_sealed", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("failure", sa.String(length=64), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("current_revision_id", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_drafts")),
        sa.UniqueConstraint("workspace_id", "request_key", name=op.f("uq_drafts_workspace_id_request_key")),
    )
    op.create_index(
        op.f("ix_drafts_workspace_id_channel_id_posted_at"),
        "drafts",
        ["workspace_id", "channel_id", "posted_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_drafts_workspace_id_channel_id_thread_ts"),
        "drafts",
        ["workspace_id", "channel_id", "thread_ts"],
        unique=False,
    )
    op.create_index(
        op.f("ix_drafts_workspace_id_requester_id"), "drafts", ["workspace_id", "requester_id"], unique=False
    )
    op.create_table(
        "installations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("bot_token_sealed", sa.Text(), nullable=True),
        sa.Column("bot_user_id", sa.String(length=64), nullable=False),
        sa.Column("bot_id", sa.String(length=64), nullable=True),
        sa.Column("scopes", sa.String(), nullable=False),
        sa.Column("installed_by", sa.String(length=64), nullable=True),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_installations")),
    )
    op.create_table(
        "key_checks",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("word_sealed", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_key_checks")),
    )
    op.create_table(
        "members",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("home_team_id", sa.String(length=64), nullable=True),
        sa.Column("name_sealed", sa.Text(), nullable=True),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("deactivated", sa.Boolean(), nullable=False),
        sa.Column("opted_out", sa.Boolean(), nullable=False),
        sa.Column("named_in_reports", sa.Boolean(), nullable=False),
        sa.Column("asks_stopped", sa.Boolean(), nullable=False),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=True),
        sa.Column("refreshed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "id", name=op.f("pk_members")),
    )
    op.create_table(
        "opinions",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("dimension", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("signal_id", sa.String(length=32), nullable=False),
        sa.Column("event_us", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "user_id", "slot", name=op.f("pk_opinions")),
    )
    op.create_index(
        op.f("ix_opinions_workspace_id_event_us"), "opinions", ["workspace_id", "event_us"], unique=False
    )
    op.create_table(
        "posts",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("ts", sa.String(length=64), nullable=True),
        sa.Column("attempted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_posts")),
    )
    op.create_table(
        "replicas",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(length=32), nullable=False),
        sa.Column("stopped", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replicas")),
    )
    op.create_index(op.f("ix_replicas_beat_at"), "replicas", ["beat_at"], unique=False)
    op.create_table(
        "revisions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=True),
        sa.Column("correction_id", sa.String(length=32), nullable=True),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("prompt_sealed", sa.Text(), nullable=True),
        sa.Column("model", sa.String(length=128), nullable=True),
        sa.Column("prompt_tokens", sa.Integer(), nullable=True),
        sa.Column("completion_tokens", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revisions")),
        sa.UniqueConstraint("draft_id", "correction_id", name=op.f("uq_revisions_draft_id_correction_id")),
        sa.UniqueConstraint("draft_id", "number", name=op.f("uq_revisions_draft_id_number")),
    )
    op.create_table(
        "signals",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("event_id", sa.String(length=255), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=True),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("message_ts", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("act", sa.String(length=8), nullable=False),
        sa.Column("control", sa.String(length=128), nullable=False),
        sa.Column("slot", sa.String(length=160), nullable=False),
        sa.Column("value", sa.String(length=255), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("event_us", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signals")),
        sa.UniqueConstraint("workspace_id", "event_id", name=op.f("uq_signals_workspace_id_event_id")),
    )
    op.create_index(
        op.f("ix_signals_draft_id_user_id_slot_status_reason"),
        "signals",
        ["draft_id", "user_id", "slot", "status", "reason"],
        unique=False,
    )
    op.create_index(
        op.f("ix_signals_workspace_id_received_at"), "signals", ["workspace_id", "received_at"], unique=False
    )
    op.create_index(
        op.f("ix_signals_workspace_id_user_id"), "signals", ["workspace_id", "user_id"], unique=False
    )
    op.create_table(
        "tallies",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("release", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("measure", sa.String(length=64), nullable=False),
        sa.Column("n", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id",
            "day",
            "channel_id",
            "task",
            "release",
            "user_id",
            "measure",
            name=op.f("pk_tallies"),
        ),
    )
    op.create_index(
        op.f("ix_tallies_workspace_id_user_id_day"),
        "tallies",
        ["workspace_id", "user_id", "day"],
        unique=False,
    )
    op.create_table(
        "training_runs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=True),
        sa.Column("trainer", sa.String(length=16), nullable=False),
        sa.Column("dataset_version_id", sa.String(length=32), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("submission_key", sa.String(length=64), nullable=False),
        sa.Column("external_id", sa.String(length=255), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("failure", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_runs")),
        sa.UniqueConstraint("workspace_id", "key", name=op.f("uq_training_runs_workspace_id_key")),
    )
    op.create_index(
        op.f("ix_training_runs_workspace_id_created_at"),
        "training_runs",
        ["workspace_id", "created_at"],
        unique=False,
    )
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("bot_user_id", sa.String(length=64), nullable=True),
        sa.Column("bot_id", sa.String(length=64), nullable=True),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("admin_channel_id", sa.String(length=64), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_by", sa.String(length=64), nullable=True),
        sa.Column("retrain_cron", sa.String(length=128), nullable=True),
        sa.Column("next_retrain_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
    op.create_index(op.f("ix_workspaces_next_retrain_at"), "workspaces", ["next_retrain_at"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_workspaces_next_retrain_at"), table_name="workspaces")
    op.drop_table("workspaces")
    op.drop_index(op.f("ix_training_runs_workspace_id_created_at"), table_name="training_runs")
    op.drop_table("training_runs")
    op.drop_index(op.f("ix_tallies_workspace_id_user_id_day"), table_name="tallies")
    op.drop_table("tallies")
    op.drop_index(op.f("ix_signals_workspace_id_user_id"), table_name="signals")
    op.drop_index(op.f("ix_signals_workspace_id_received_at"), table_name="signals")
    op.drop_index(op.f("ix_signals_draft_id_user_id_slot_status_reason"), table_name="signals")
    op.drop_table("signals")
    op.drop_table("revisions")
    op.drop_index(op.f("ix_replicas_beat_at"), table_name="replicas")
    op.drop_table("replicas")
    op.drop_table("posts")
    op.drop_index(op.f("ix_opinions_workspace_id_event_us"), table_name="opinions")
    op.drop_table("opinions")
    op.drop_table("members")
    op.drop_table("key_checks")
    op.drop_table("installations")
    op.drop_index(op.f("ix_drafts_workspace_id_requester_id"), table_name="drafts")
    op.drop_index(op.f("ix_drafts_workspace_id_channel_id_thread_ts"), table_name="drafts")
    op.drop_index(op.f("ix_drafts_workspace_id_channel_id_posted_at"), table_name="drafts")
    op.drop_table("drafts")
    op.drop_table("draft_standings")
    op.drop_index(op.f("ix_draft_messages_draft_id"), table_name="draft_messages")
    op.drop_table("draft_messages")
    op.drop_table("digests")
    op.drop_table("dataset_versions")
    op.drop_table("dataset_rows")
    op.drop_index(op.f("ix_corrections_workspace_id_user_id"), table_name="corrections")
    op.drop_index(op.f("ix_corrections_workspace_id_created_at"), table_name="corrections")
    op.drop_table("corrections")
    op.drop_index(op.f("ix_channels_next_digest_at"), table_name="channels")
    op.drop_table("channels")
    op.drop_index(op.f("ix_audit_entries_workspace_id_at"), table_name="audit_entries")
    op.drop_table("audit_entries")
    op.drop_table("asks")
