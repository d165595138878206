"""A stored answer remembers what its reader was permitted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    """Apply."""
    op.add_column("idempotency_keys", sa.Column("reach", sa.JSON(), nullable=True))


def downgrade() -> None:
    """Revert."""
    op.drop_column("idempotency_keys", "reach")
