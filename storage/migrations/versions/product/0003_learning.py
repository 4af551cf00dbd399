"""Learning: observations, rules and polls about them, members as judges, what is held back.

Columns that must be filled carry a default of the server's, so that the program before this one can still insert.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "anchor_answers",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", "user_id", name=op.f("pk_anchor_answers")),
    )
    op.create_index(
        op.f("ix_anchor_answers_workspace_id_user_id"),
        "anchor_answers",
        ["workspace_id", "user_id"],
        unique=False,
    )

    op.create_table(
        "anchors",
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("revision_id", sa.String(length=32), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("marked_by", sa.String(length=64), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_anchors")),
    )
    op.create_index(op.f("ix_anchors_workspace_id_task"), "anchors", ["workspace_id", "task"], unique=False)

    op.create_table(
        "holds",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=True),
        sa.Column("from_us", sa.BigInteger(), nullable=False),
        sa.Column("until_us", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("appealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("appeal_sealed", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holds")),
    )
    op.create_index(op.f("ix_holds_workspace_id_state"), "holds", ["workspace_id", "state"], unique=False)
    op.create_index(op.f("ix_holds_workspace_id_user_id"), "holds", ["workspace_id", "user_id"], unique=False)

    op.create_table(
        "observations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("correction_id", sa.String(length=32), nullable=True),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("requester_id", sa.String(length=64), nullable=True),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("topic_sealed", sa.Text(), nullable=True),
        sa.Column("stance_sealed", sa.Text(), nullable=True),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("source", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("drafts_before", sa.Integer(), nullable=False),
        sa.Column("observed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_observations")),
    )
    op.create_index(op.f("ix_observations_correction_id"), "observations", ["correction_id"], unique=False)
    op.create_index(
        op.f("ix_observations_workspace_id_state_observed_at"),
        "observations",
        ["workspace_id", "state", "observed_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_observations_workspace_id_user_id"),
        "observations",
        ["workspace_id", "user_id"],
        unique=False,
    )

    op.create_table(
        "rater_weights",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("weight", sa.Double(), nullable=False),
        sa.Column("agreed", sa.Double(), nullable=False),
        sa.Column("judged", sa.Double(), nullable=False),
        sa.Column("anchors_right", sa.Integer(), nullable=False),
        sa.Column("anchors", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "user_id", "task", "kind", name=op.f("pk_rater_weights")),
    )
    op.create_table(
        "rule_poll_votes",
        sa.Column("poll_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "user_id", name=op.f("pk_rule_poll_votes")),
    )
    op.create_index(
        op.f("ix_rule_poll_votes_workspace_id_user_id"),
        "rule_poll_votes",
        ["workspace_id", "user_id"],
        unique=False,
    )

    op.create_table(
        "rule_polls",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=True),
        sa.Column("first_rule_id", sa.String(length=32), nullable=False),
        sa.Column("second_rule_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_polls")),
    )
    op.create_index(op.f("ix_rule_polls_state_closes_at"), "rule_polls", ["state", "closes_at"], unique=False)
    op.create_index(
        op.f("ix_rule_polls_workspace_id_channel_id_state"),
        "rule_polls",
        ["workspace_id", "channel_id", "state"],
        unique=False,
    )

    op.create_table(
        "rule_sightings",
        sa.Column("rule_id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("changed_text", sa.Boolean(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("rule_id", "draft_id", name=op.f("pk_rule_sightings")),
    )
    op.create_index(op.f("ix_rule_sightings_draft_id"), "rule_sightings", ["draft_id"], unique=False)
    op.create_index(
        op.f("ix_rule_sightings_workspace_id_seen_at"),
        "rule_sightings",
        ["workspace_id", "seen_at"],
        unique=False,
    )

    op.create_table(
        "rules",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("channel_id", sa.String(length=64), nullable=True),
        sa.Column("task", sa.String(length=64), nullable=True),
        sa.Column("requester_id", sa.String(length=64), nullable=True),
        sa.Column("topic_sealed", sa.Text(), nullable=True),
        sa.Column("stance_sealed", sa.Text(), nullable=True),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("author_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=True),
        sa.Column("supporters", sa.Integer(), nullable=False),
        sa.Column("opposers", sa.Integer(), nullable=False),
        sa.Column("weight_for", sa.Double(), nullable=False),
        sa.Column("weight_against", sa.Double(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("useful_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rules")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_rules_workspace_id_number")),
    )
    op.create_index(
        op.f("ix_rules_workspace_id_changed_at"), "rules", ["workspace_id", "changed_at"], unique=False
    )
    op.create_index(
        op.f("ix_rules_workspace_id_state_channel_id_task"),
        "rules",
        ["workspace_id", "state", "channel_id", "task"],
        unique=False,
    )

    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("rules_need_admin", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.add_column(sa.Column("learned_version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("lesson", sa.String(length=16), server_default="on", nullable=False))

    # Corrections that were there before are learned once the new program runs.
    op.create_index(
        "ix_corrections_unlearned",
        "corrections",
        ["workspace_id"],
        unique=False,
        sqlite_where=sa.text("learned_version < version"),
        postgresql_where=sa.text("learned_version < version"),
    )

    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.add_column(sa.Column("first_seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("held_from_us", sa.BigInteger(), nullable=True))
    # Who gave feedback before is no newcomer now.
    op.execute(
        "UPDATE members SET first_seen_at = (SELECT min(signals.received_at) FROM signals "
        "WHERE signals.workspace_id = members.workspace_id AND signals.user_id = members.id)"
    )


def downgrade() -> None:
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_column("held_from_us")
        batch_op.drop_column("first_seen_at")

    op.drop_index("ix_corrections_unlearned", table_name="corrections")
    with op.batch_alter_table("corrections", schema=None) as batch_op:
        batch_op.drop_column("lesson")
        batch_op.drop_column("learned_version")

    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.drop_column("rules_need_admin")

    op.drop_table("rules")
    op.drop_table("rule_sightings")
    op.drop_table("rule_polls")
    op.drop_table("rule_poll_votes")
    op.drop_table("rater_weights")
    op.drop_table("observations")
    op.drop_table("holds")
    op.drop_table("anchors")
    op.drop_table("anchor_answers")
