"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from app.core.database import CompactUuid, Instant

revision: str = "0001"
down_revision: str | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "audit_entries",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("user_id", CompactUuid(), nullable=True),
        sa.Column("user_name", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=True),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=True),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("after", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entries")),
    )
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.create_index(
            "ix_audit_entries_organization", ["organization_id", "sequence"], unique=False
        )
        batch_op.create_index("ix_audit_entries_subject", ["subject_id", "sequence"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "failed_logins",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("failed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_logins")),
    )
    with op.batch_alter_table("failed_logins", schema=None) as batch_op:
        batch_op.create_index(
            "ix_failed_logins_place", ["username", "address", "failed_at"], unique=False
        )

    op.create_table(
        "idempotency_keys",
        sa.Column("scope_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(length=32), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("headers", sa.JSON(), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("media_type", sa.String(length=100), nullable=True),
        sa.PrimaryKeyConstraint("scope_hash", name=op.f("pk_idempotency_keys")),
    )
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_idempotency_keys_created_at"), ["created_at"], unique=False
        )

    op.create_table(
        "organizations",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("parent_id", CompactUuid(), nullable=True),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("founded_on", sa.Date(), nullable=True),
        sa.Column("last_election_on", sa.Date(), nullable=True),
        sa.Column("dissolved_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('party_committee', 'work_committee', 'general_branch', 'party_branch', 'party_group')",
            name=op.f("ck_organizations_kind_known"),
        ),
        sa.CheckConstraint(
            "dissolved_on IS NULL OR founded_on IS NULL OR dissolved_on >= founded_on",
            name=op.f("ck_organizations_dissolved_after_founded"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organizations_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["root_id"], ["organizations.id"], name=op.f("fk_organizations_root_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organizations")),
        sa.UniqueConstraint("parent_id", "name", name=op.f("uq_organizations_parent_id_name")),
    )
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organizations_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organizations_root_id"), ["root_id"], unique=False)

    op.create_table(
        "focuses",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("root_id", CompactUuid(), nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["root_id"], ["organizations.id"], name=op.f("fk_focuses_root_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_focuses")),
        sa.UniqueConstraint("root_id", "code", name=op.f("uq_focuses_root_id_code")),
        sa.UniqueConstraint("root_id", "name", name=op.f("uq_focuses_root_id_name")),
    )
    op.create_table(
        "members",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("membership", sa.String(length=32), nullable=False),
        sa.Column("post", sa.String(length=32), nullable=False),
        sa.Column("votes", sa.Boolean(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT votes OR membership = 'full_member'",
            name=op.f("ck_members_only_full_members_vote"),
        ),
        sa.CheckConstraint(
            "membership IN ('full_member', 'probationary_member')",
            name=op.f("ck_members_membership_known"),
        ),
        sa.CheckConstraint(
            "post IN ('secretary', 'deputy_secretary', 'organization_commissioner', 'publicity_commissioner', 'discipline_commissioner', 'group_leader', 'member')",
            name=op.f("ck_members_post_known"),
        ),
        sa.CheckConstraint(
            "left_on IS NULL OR left_on >= joined_on", name=op.f("ck_members_left_after_joined")
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_members_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
    )
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.create_index(
            "ix_members_organization", ["organization_id", "left_on"], unique=False
        )

    op.create_table(
        "organization_ancestors",
        sa.Column("descendant_id", CompactUuid(), nullable=False),
        sa.Column("ancestor_id", CompactUuid(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"],
            ["organizations.id"],
            name=op.f("fk_organization_ancestors_ancestor_id"),
        ),
        sa.ForeignKeyConstraint(
            ["descendant_id"],
            ["organizations.id"],
            name=op.f("fk_organization_ancestors_descendant_id"),
        ),
        sa.PrimaryKeyConstraint(
            "descendant_id", "ancestor_id", name=op.f("pk_organization_ancestors")
        ),
    )
    with op.batch_alter_table("organization_ancestors", schema=None) as batch_op:
        batch_op.create_index(
            "ix_organization_ancestors_ancestor", ["ancestor_id", "descendant_id"], unique=False
        )

    op.create_table(
        "organization_periods",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("parent_id", CompactUuid(), nullable=True),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_until", Instant(), nullable=True),
        sa.ForeignKeyConstraint(
            ["organization_id"],
            ["organizations.id"],
            name=op.f("fk_organization_periods_organization_id"),
        ),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["organizations.id"], name=op.f("fk_organization_periods_parent_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organization_periods")),
    )
    with op.batch_alter_table("organization_periods", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_organization_periods_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "report_inputs",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("salutation", sa.String(length=100), nullable=True),
        sa.Column("shortcomings", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("next_plans", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_report_inputs_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_inputs")),
        sa.UniqueConstraint(
            "organization_id", "year", name=op.f("uq_report_inputs_organization_id_year")
        ),
    )
    op.create_table(
        "users",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("username", sa.String(length=100), nullable=False),
        sa.Column("display_name", sa.String(length=100), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("home_organization_id", CompactUuid(), nullable=False),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["home_organization_id"],
            ["organizations.id"],
            name=op.f("fk_users_home_organization_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("username", name=op.f("uq_users_username")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_users_home_organization_id"), ["home_organization_id"], unique=False
        )

    op.create_table(
        "access_tokens",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("user_id", CompactUuid(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("read_only", sa.Boolean(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("revoked_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_access_tokens_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_tokens_hash")),
    )
    with op.batch_alter_table("access_tokens", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_access_tokens_user_id"), ["user_id"], unique=False)

    op.create_table(
        "items",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("type", sa.String(length=64), nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=True),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("focus_id", CompactUuid(), nullable=True),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("responsible_person", sa.String(length=100), nullable=True),
        sa.Column("responsible_member_id", CompactUuid(), nullable=True),
        sa.Column("responsible_post", sa.String(length=100), nullable=True),
        sa.Column("responsible_department", sa.String(length=100), nullable=True),
        sa.Column("co_responsible", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("actor_kind", sa.String(length=16), nullable=False),
        sa.Column("actor_name", sa.String(length=100), nullable=True),
        sa.Column("actor_post", sa.String(length=32), nullable=True),
        sa.Column("planned_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("completed_on", sa.Date(), nullable=True),
        sa.Column("cancelled_on", sa.Date(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("late_entry", sa.Boolean(), nullable=False),
        sa.Column("origin_id", CompactUuid(), nullable=True),
        sa.Column("created_by", CompactUuid(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("updated_at", Instant(), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "actor_kind IN ('organization', 'person')", name=op.f("ck_items_actor_kind_known")
        ),
        sa.CheckConstraint(
            "kind IN ('meeting', 'talk', 'sanction', 'rectification', 'activity', 'output')",
            name=op.f("ck_items_kind_known"),
        ),
        sa.CheckConstraint(
            "status <> 'completed' OR happened_on IS NOT NULL",
            name=op.f("ck_items_completed_has_happened"),
        ),
        sa.CheckConstraint(
            "status IN ('planned', 'completed', 'cancelled', 'open', 'in_progress', 'submitted', 'closed', 'suspended')",
            name=op.f("ck_items_status_known"),
        ),
        sa.CheckConstraint(
            "(due_on IS NULL) = (original_due_on IS NULL)",
            name=op.f("ck_items_original_deadline_kept"),
        ),
        sa.ForeignKeyConstraint(["focus_id"], ["focuses.id"], name=op.f("fk_items_focus_id")),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_items_organization_id")
        ),
        sa.ForeignKeyConstraint(["origin_id"], ["items.id"], name=op.f("fk_items_origin_id")),
        sa.ForeignKeyConstraint(
            ["responsible_member_id"], ["members.id"], name=op.f("fk_items_responsible_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
    )
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.create_index("ix_items_day", ["day", "id"], unique=False)
        batch_op.create_index("ix_items_kind", ["kind", "day", "id"], unique=False)
        batch_op.create_index("ix_items_origin", ["origin_id"], unique=False)
        batch_op.create_index("ix_items_place", ["organization_id", "day", "id"], unique=False)

    op.create_table(
        "role_grants",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("user_id", CompactUuid(), nullable=False),
        sa.Column("organization_id", CompactUuid(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("granted_at", Instant(), nullable=False),
        sa.Column("granted_by", CompactUuid(), nullable=True),
        sa.CheckConstraint(
            "role IN ('admin', 'secretary', 'clerk', 'inspector', 'viewer', 'supervision')",
            name=op.f("ck_role_grants_role_known"),
        ),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_role_grants_organization_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_role_grants_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role_grants")),
        sa.UniqueConstraint(
            "user_id",
            "organization_id",
            "role",
            name=op.f("uq_role_grants_user_id_organization_id_role"),
        ),
    )
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_role_grants_organization_id"), ["organization_id"], unique=False
        )

    op.create_table(
        "activities",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=True),
        sa.Column("organizer", sa.String(length=100), nullable=True),
        sa.Column("participants_value", sa.Integer(), nullable=True),
        sa.Column("participants_approximate", sa.Boolean(), nullable=True),
        sa.Column("hours", sa.Numeric(precision=5, scale=1, asdecimal=False), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(participants_value IS NULL) = (participants_approximate IS NULL)",
            name=op.f("ck_activities_participants_whole"),
        ),
        sa.CheckConstraint("hours BETWEEN 0 AND 1000", name=op.f("ck_activities_hours_plausible")),
        sa.CheckConstraint(
            "participants_value >= 0", name=op.f("ck_activities_participants_not_negative")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_activities_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_activities")),
    )
    op.create_table(
        "deadline_spans",
        sa.Column("ancestor_id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("active_from", sa.Date(), nullable=False),
        sa.Column("active_until", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["ancestor_id"], ["organizations.id"], name=op.f("fk_deadline_spans_ancestor_id")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_deadline_spans_item_id")),
        sa.PrimaryKeyConstraint(
            "ancestor_id", "item_id", "active_from", name=op.f("pk_deadline_spans")
        ),
    )
    with op.batch_alter_table("deadline_spans", schema=None) as batch_op:
        batch_op.create_index(
            "ix_deadline_spans_history", ["ancestor_id", "kind", "due_on", "item_id"], unique=False
        )
        batch_op.create_index("ix_deadline_spans_item", ["item_id"], unique=False)
        batch_op.create_index(
            "ix_deadline_spans_open",
            ["ancestor_id", "due_on", "item_id"],
            unique=False,
            sqlite_where=sa.text("active_until IS NULL"),
            postgresql_where=sa.text("active_until IS NULL"),
        )
        batch_op.create_index(
            "ix_deadline_spans_open_by_kind",
            ["ancestor_id", "kind", "due_on", "item_id"],
            unique=False,
            sqlite_where=sa.text("active_until IS NULL"),
            postgresql_where=sa.text("active_until IS NULL"),
        )

    op.create_table(
        "evidence",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("caption", sa.String(length=300), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("newest", sa.Integer(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("created_by", CompactUuid(), nullable=True),
        sa.Column("created_by_name", sa.String(length=100), nullable=False),
        sa.Column("deleted_at", Instant(), nullable=True),
        sa.Column("deleted_by", CompactUuid(), nullable=True),
        sa.Column("deleted_by_name", sa.String(length=100), nullable=True),
        sa.Column("delete_reason", sa.String(length=300), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(deleted_at IS NULL) = (deleted_by_name IS NULL)",
            name=op.f("ck_evidence_tombstone_whole"),
        ),
        sa.CheckConstraint(
            "deleted_at IS NOT NULL OR delete_reason IS NULL",
            name=op.f("ck_evidence_reason_of_tombstone"),
        ),
        sa.CheckConstraint("newest >= 1", name=op.f("ck_evidence_newest_counts")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_evidence_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index("ix_evidence_item", ["item_id", "id"], unique=False)

    op.create_table(
        "extension_requests",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("previous_due_on", sa.Date(), nullable=False),
        sa.Column("requested_due_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("requested_at", Instant(), nullable=False),
        sa.Column("requested_by", CompactUuid(), nullable=True),
        sa.Column("requested_by_name", sa.String(length=100), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_at", Instant(), nullable=True),
        sa.Column("decided_by", CompactUuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(length=100), nullable=True),
        sa.Column("decision_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'approved', 'denied', 'withdrawn')",
            name=op.f("ck_extension_requests_state_known"),
        ),
        sa.CheckConstraint(
            "requested_due_on > previous_due_on", name=op.f("ck_extension_requests_later")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_extension_requests_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_requests")),
    )
    with op.batch_alter_table("extension_requests", schema=None) as batch_op:
        batch_op.create_index("ix_extension_requests_item", ["item_id"], unique=False)
        batch_op.create_index(
            "uq_extension_requests_pending",
            ["item_id"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "item_events",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("details", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", CompactUuid(), nullable=True),
        sa.Column("recorded_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint(
            "status IN ('planned', 'completed', 'cancelled', 'open', 'in_progress', 'submitted', 'closed', 'suspended')",
            name=op.f("ck_item_events_status_known"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_item_events_item_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_item_events")),
        sa.UniqueConstraint("item_id", "sequence", name=op.f("uq_item_events_item_id_sequence")),
    )
    op.create_table(
        "meetings",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("starts_at", sa.Time(), nullable=True),
        sa.Column("ends_at", sa.Time(), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=True),
        sa.Column("chair", sa.String(length=100), nullable=True),
        sa.Column("recorder", sa.String(length=100), nullable=True),
        sa.Column("lecturer", sa.String(length=100), nullable=True),
        sa.Column("expected", sa.Integer(), nullable=True),
        sa.Column("present", sa.Integer(), nullable=True),
        sa.Column("vote_eligible", sa.Integer(), nullable=True),
        sa.Column("present_eligible", sa.Integer(), nullable=True),
        sa.Column("observers", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("agenda", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("discussion", sa.Text(), nullable=True),
        sa.Column("votes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("matters", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("appraisal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opinions_collected", sa.Integer(), nullable=True),
        sa.Column("problems_found", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("criticisms", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "present IS NULL OR expected IS NULL OR present <= expected",
            name=op.f("ck_meetings_present_le_expected"),
        ),
        sa.CheckConstraint(
            "present_eligible IS NULL OR vote_eligible IS NULL OR present_eligible <= vote_eligible",
            name=op.f("ck_meetings_present_eligible_le_eligible"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_meetings_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_meetings")),
    )
    op.create_table(
        "outputs",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("authors", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("change", sa.String(length=16), nullable=True),
        sa.Column("document_number", sa.String(length=100), nullable=True),
        sa.Column("issuer", sa.String(length=100), nullable=True),
        sa.Column("publisher", sa.String(length=100), nullable=True),
        sa.Column("award_level", sa.String(length=100), nullable=True),
        sa.Column("solved_difficulties", sa.Integer(), nullable=True),
        sa.Column("copies_value", sa.Integer(), nullable=True),
        sa.Column("copies_approximate", sa.Boolean(), nullable=True),
        sa.CheckConstraint(
            "change IN ('created', 'revised')", name=op.f("ck_outputs_change_known")
        ),
        sa.CheckConstraint(
            "(copies_value IS NULL) = (copies_approximate IS NULL)",
            name=op.f("ck_outputs_copies_whole"),
        ),
        sa.CheckConstraint("copies_value >= 0", name=op.f("ck_outputs_copies_not_negative")),
        sa.CheckConstraint("solved_difficulties >= 0", name=op.f("ck_outputs_solved_not_negative")),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_outputs_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_outputs")),
    )
    op.create_table(
        "rectifications",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("corrective_measure", sa.Text(), nullable=True),
        sa.Column("lead_leader", sa.String(length=100), nullable=True),
        sa.CheckConstraint(
            "source IN ('inspection', 'assessment_feedback', 'self_check', 'democratic_life_meeting', 'audit', 'other')",
            name=op.f("ck_rectifications_source_known"),
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_rectifications_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_rectifications")),
    )
    op.create_table(
        "sanctions",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("person_member_id", CompactUuid(), nullable=True),
        sa.Column("person_name", sa.String(length=100), nullable=False),
        sa.Column("decision_number", sa.String(length=100), nullable=True),
        sa.Column("decision_title", sa.String(length=300), nullable=True),
        sa.Column("authority", sa.String(length=100), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_sanctions_item_id")),
        sa.ForeignKeyConstraint(
            ["person_member_id"], ["members.id"], name=op.f("fk_sanctions_person_member_id")
        ),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_sanctions")),
    )
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.create_index("ix_sanctions_member", ["person_member_id"], unique=False)

    op.create_table(
        "talks",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("talker", sa.String(length=100), nullable=True),
        sa.Column("pair_type", sa.String(length=32), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=True),
        sa.Column("person_times_value", sa.Integer(), nullable=True),
        sa.Column("person_times_approximate", sa.Boolean(), nullable=True),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("opinions", sa.JSON(none_as_null=True), nullable=False),
        sa.CheckConstraint(
            "pair_type IN ('committee_with_committee', 'committee_with_member', 'member_with_member')",
            name=op.f("ck_talks_pair_type_known"),
        ),
        sa.CheckConstraint(
            "(person_times_value IS NULL) = (person_times_approximate IS NULL)",
            name=op.f("ck_talks_person_times_whole"),
        ),
        sa.CheckConstraint(
            "person_times_value >= 0", name=op.f("ck_talks_person_times_not_negative")
        ),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name=op.f("fk_talks_item_id")),
        sa.PrimaryKeyConstraint("item_id", name=op.f("pk_talks")),
    )
    op.create_table(
        "activity_attendees",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", CompactUuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["activities.item_id"], name=op.f("fk_activity_attendees_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_activity_attendees_member_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_activity_attendees")),
    )
    with op.batch_alter_table("activity_attendees", schema=None) as batch_op:
        batch_op.create_index("ix_activity_attendees_member", ["member_id"], unique=False)

    op.create_table(
        "evidence_revisions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("evidence_id", CompactUuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=500), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("extension", sa.String(length=16), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("storage_key", sa.String(length=64), nullable=False),
        sa.Column("uploaded_at", Instant(), nullable=False),
        sa.Column("uploaded_by", CompactUuid(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(length=100), nullable=False),
        sa.CheckConstraint("length(sha256) = 64", name=op.f("ck_evidence_revisions_sha256_whole")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_evidence_revisions_number_counts")),
        sa.CheckConstraint("size > 0", name=op.f("ck_evidence_revisions_size_positive")),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name=op.f("fk_evidence_revisions_evidence_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_revisions")),
        sa.UniqueConstraint(
            "evidence_id", "number", name=op.f("uq_evidence_revisions_evidence_id_number")
        ),
        sa.UniqueConstraint("storage_key", name=op.f("uq_evidence_revisions_storage_key")),
    )
    op.create_table(
        "meeting_attendances",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", CompactUuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meetings.item_id"], name=op.f("fk_meeting_attendances_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_meeting_attendances_member_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_meeting_attendances")),
    )
    with op.batch_alter_table("meeting_attendances", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_attendances_member", ["member_id"], unique=False)

    op.create_table(
        "meeting_resolutions",
        sa.Column("id", CompactUuid(), nullable=False),
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("responsible_person", sa.String(length=100), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["item_id"], ["meetings.item_id"], name=op.f("fk_meeting_resolutions_item_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meeting_resolutions")),
    )
    with op.batch_alter_table("meeting_resolutions", schema=None) as batch_op:
        batch_op.create_index("ix_meeting_resolutions_item", ["item_id", "position"], unique=False)

    op.create_table(
        "talk_persons",
        sa.Column("item_id", CompactUuid(), nullable=False),
        sa.Column("post", sa.String(length=100), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("member_id", CompactUuid(), nullable=True),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["talks.item_id"], name=op.f("fk_talk_persons_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_talk_persons_member_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "position", name=op.f("pk_talk_persons")),
    )
    with op.batch_alter_table("talk_persons", schema=None) as batch_op:
        batch_op.create_index("ix_talk_persons_member", ["member_id"], unique=False)


def downgrade() -> None:
    """Take back."""
    with op.batch_alter_table("talk_persons", schema=None) as batch_op:
        batch_op.drop_index("ix_talk_persons_member")

    op.drop_table("talk_persons")
    with op.batch_alter_table("meeting_resolutions", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_resolutions_item")

    op.drop_table("meeting_resolutions")
    with op.batch_alter_table("meeting_attendances", schema=None) as batch_op:
        batch_op.drop_index("ix_meeting_attendances_member")

    op.drop_table("meeting_attendances")
    op.drop_table("evidence_revisions")
    with op.batch_alter_table("activity_attendees", schema=None) as batch_op:
        batch_op.drop_index("ix_activity_attendees_member")

    op.drop_table("activity_attendees")
    op.drop_table("talks")
    with op.batch_alter_table("sanctions", schema=None) as batch_op:
        batch_op.drop_index("ix_sanctions_member")

    op.drop_table("sanctions")
    op.drop_table("rectifications")
    op.drop_table("outputs")
    op.drop_table("meetings")
    op.drop_table("item_events")
    with op.batch_alter_table("extension_requests", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_extension_requests_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_extension_requests_item")

    op.drop_table("extension_requests")
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.drop_index("ix_evidence_item")

    op.drop_table("evidence")
    with op.batch_alter_table("deadline_spans", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_deadline_spans_open_by_kind",
            sqlite_where=sa.text("active_until IS NULL"),
            postgresql_where=sa.text("active_until IS NULL"),
        )
        batch_op.drop_index(
            "ix_deadline_spans_open",
            sqlite_where=sa.text("active_until IS NULL"),
            postgresql_where=sa.text("active_until IS NULL"),
        )
        batch_op.drop_index("ix_deadline_spans_item")
        batch_op.drop_index("ix_deadline_spans_history")

    op.drop_table("deadline_spans")
    op.drop_table("activities")
    with op.batch_alter_table("role_grants", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_role_grants_organization_id"))

    op.drop_table("role_grants")
    with op.batch_alter_table("items", schema=None) as batch_op:
        batch_op.drop_index("ix_items_place")
        batch_op.drop_index("ix_items_origin")
        batch_op.drop_index("ix_items_kind")
        batch_op.drop_index("ix_items_day")

    op.drop_table("items")
    with op.batch_alter_table("access_tokens", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_access_tokens_user_id"))

    op.drop_table("access_tokens")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_users_home_organization_id"))

    op.drop_table("users")
    op.drop_table("report_inputs")
    with op.batch_alter_table("organization_periods", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organization_periods_organization_id"))

    op.drop_table("organization_periods")
    with op.batch_alter_table("organization_ancestors", schema=None) as batch_op:
        batch_op.drop_index("ix_organization_ancestors_ancestor")

    op.drop_table("organization_ancestors")
    with op.batch_alter_table("members", schema=None) as batch_op:
        batch_op.drop_index("ix_members_organization")

    op.drop_table("members")
    op.drop_table("focuses")
    with op.batch_alter_table("organizations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_organizations_root_id"))
        batch_op.drop_index(batch_op.f("ix_organizations_parent_id"))

    op.drop_table("organizations")
    with op.batch_alter_table("idempotency_keys", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_idempotency_keys_created_at"))

    op.drop_table("idempotency_keys")
    with op.batch_alter_table("failed_logins", schema=None) as batch_op:
        batch_op.drop_index("ix_failed_logins_place")

    op.drop_table("failed_logins")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entries", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_entries_subject")
        batch_op.drop_index("ix_audit_entries_organization")

    op.drop_table("audit_entries")
