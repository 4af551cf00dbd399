"""Releases, trials, and what a training run goes through until one of both is decided.

Columns that must be filled carry a default of the server's, so that the program before this one can still insert.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dataset_exclusions",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=True),
        sa.Column("source", sa.String(length=255), nullable=False),
        sa.PrimaryKeyConstraint("version_id", "position", name=op.f("pk_dataset_exclusions")),
    )
    op.create_table(
        "gate_results",
        sa.Column("release_id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("champion_score", sa.Double(), nullable=False),
        sa.Column("challenger_score", sa.Double(), nullable=False),
        sa.Column("broke", sa.Boolean(), nullable=False),
        sa.Column("checks", sa.JSON(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("release_id", "draft_id", name=op.f("pk_gate_results")),
    )
    op.create_index(
        op.f("ix_gate_results_workspace_id_draft_id"),
        "gate_results",
        ["workspace_id", "draft_id"],
        unique=False,
    )

    op.create_table(
        "memos",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=False),
        sa.Column("text_sealed", sa.Text(), nullable=True),
        sa.Column("failure", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_memos")),
    )
    op.create_index(op.f("ix_memos_run_id"), "memos", ["run_id"], unique=False)

    op.create_table(
        "release_changes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("release_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.String(length=32), nullable=False),
        sa.Column("action", sa.String(length=16), nullable=False),
        sa.Column("before_version", sa.Integer(), nullable=True),
        sa.Column("after_version", sa.Integer(), nullable=False),
        sa.Column("before_sealed", sa.Text(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_version", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_changes")),
        sa.UniqueConstraint("release_id", "position", name=op.f("uq_release_changes_release_id_position")),
    )
    op.create_index(
        op.f("ix_release_changes_workspace_id_rule_id"),
        "release_changes",
        ["workspace_id", "rule_id"],
        unique=False,
    )

    op.create_table(
        "release_seats",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("champion_id", sa.String(length=32), nullable=False),
        sa.Column("previous_id", sa.String(length=32), nullable=True),
        sa.Column("before_id", sa.String(length=32), nullable=True),
        sa.Column("challenger_id", sa.String(length=32), nullable=True),
        sa.Column("trial_id", sa.String(length=32), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(length=64), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "task", name=op.f("pk_release_seats")),
    )
    op.create_table(
        "releases",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("parent_id", sa.String(length=32), nullable=True),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("dataset_version_id", sa.String(length=32), nullable=True),
        sa.Column("model", sa.String(length=255), nullable=False),
        sa.Column("tuned", sa.Boolean(), nullable=False),
        sa.Column("adapter", sa.String(length=64), nullable=True),
        sa.Column("temperature", sa.Double(), nullable=False),
        sa.Column("max_tokens", sa.Integer(), nullable=False),
        sa.Column("layout", sa.String(length=16), nullable=False),
        sa.Column("examples", sa.Integer(), nullable=False),
        sa.Column("overlay_sealed", sa.Text(), nullable=True),
        sa.Column("snapshot_sealed", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("house", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_releases")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_releases_workspace_id_number")),
    )
    op.create_index(op.f("ix_releases_run_id"), "releases", ["run_id"], unique=False)
    op.create_index(
        op.f("ix_releases_workspace_id_created_at"), "releases", ["workspace_id", "created_at"], unique=False
    )

    op.create_table(
        "trial_outcomes",
        sa.Column("trial_id", sa.String(length=32), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("arm", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("loss", sa.Double(), nullable=True),
        sa.Column("losses", sa.JSON(), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("trial_id", "draft_id", name=op.f("pk_trial_outcomes")),
    )
    op.create_index(
        op.f("ix_trial_outcomes_trial_id_position"), "trial_outcomes", ["trial_id", "position"], unique=False
    )
    op.create_index(
        op.f("ix_trial_outcomes_workspace_id_draft_id"),
        "trial_outcomes",
        ["workspace_id", "draft_id"],
        unique=False,
    )

    op.create_table(
        "trial_pairs",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("trial_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("source_draft_id", sa.String(length=32), nullable=False),
        sa.Column("champion_text_sealed", sa.Text(), nullable=True),
        sa.Column("challenger_text_sealed", sa.Text(), nullable=True),
        sa.Column("fixed", sa.Double(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_pairs")),
        sa.UniqueConstraint("trial_id", "number", name=op.f("uq_trial_pairs_trial_id_number")),
        sa.UniqueConstraint(
            "trial_id", "source_draft_id", name=op.f("uq_trial_pairs_trial_id_source_draft_id")
        ),
    )
    op.create_index(op.f("ix_trial_pairs_trial_id_state"), "trial_pairs", ["trial_id", "state"], unique=False)

    op.create_table(
        "trial_votes",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pair_id", sa.String(length=32), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("trial_id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("flipped", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("choice", sa.String(length=16), nullable=True),
        sa.Column("reason_sealed", sa.Text(), nullable=True),
        sa.Column("channel_id", sa.String(length=64), nullable=True),
        sa.Column("message_ts", sa.String(length=32), nullable=True),
        sa.Column("event_us", sa.BigInteger(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trial_votes")),
        sa.UniqueConstraint("pair_id", "user_id", name=op.f("uq_trial_votes_pair_id_user_id")),
    )
    op.create_index(op.f("ix_trial_votes_trial_id_state"), "trial_votes", ["trial_id", "state"], unique=False)
    op.create_index(
        op.f("ix_trial_votes_workspace_id_user_id"), "trial_votes", ["workspace_id", "user_id"], unique=False
    )

    op.create_table(
        "trials",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(length=64), nullable=False),
        sa.Column("champion_id", sa.String(length=32), nullable=False),
        sa.Column("challenger_id", sa.String(length=32), nullable=False),
        sa.Column("run_id", sa.String(length=32), nullable=True),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("alpha", sa.Double(), nullable=False),
        sa.Column("share", sa.Double(), nullable=False),
        sa.Column("max_pairs", sa.Integer(), nullable=False),
        sa.Column("bar", sa.Double(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trials")),
        sa.UniqueConstraint("workspace_id", "number", name=op.f("uq_trials_workspace_id_number")),
    )
    op.create_index(op.f("ix_trials_run_id"), "trials", ["run_id"], unique=False)
    op.create_index(op.f("ix_trials_state_closes_at"), "trials", ["state", "closes_at"], unique=False)

    with op.batch_alter_table("dataset_rows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("draft_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("task", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("weight", sa.Double(), server_default="1", nullable=False))
        batch_op.create_index(
            batch_op.f("ix_dataset_rows_workspace_id_draft_id"), ["workspace_id", "draft_id"], unique=False
        )

    with op.batch_alter_table("training_runs", schema=None) as batch_op:
        batch_op.add_column(sa.Column("task", sa.String(length=64), server_default="", nullable=False))
        batch_op.add_column(sa.Column("progress", sa.Double(), nullable=True))
        batch_op.add_column(sa.Column("artefact_sealed", sa.Text(), nullable=True))
        batch_op.add_column(sa.Column("release_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("trial_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("cancel_requested_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("cleaned_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("training_runs", schema=None) as batch_op:
        batch_op.drop_column("cleaned_at")
        batch_op.drop_column("cancel_requested_at")
        batch_op.drop_column("outcome")
        batch_op.drop_column("trial_id")
        batch_op.drop_column("release_id")
        batch_op.drop_column("artefact_sealed")
        batch_op.drop_column("progress")
        batch_op.drop_column("task")

    with op.batch_alter_table("dataset_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_dataset_rows_workspace_id_draft_id"))
        batch_op.drop_column("weight")
        batch_op.drop_column("task")
        batch_op.drop_column("draft_id")

    op.drop_table("trials")

    op.drop_table("trial_votes")

    op.drop_table("trial_pairs")

    op.drop_table("trial_outcomes")

    op.drop_table("releases")
    op.drop_table("release_seats")

    op.drop_table("release_changes")

    op.drop_table("memos")

    op.drop_table("gate_results")
    op.drop_table("dataset_exclusions")
