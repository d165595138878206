"""Tables of rule sets and of their revisions."""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.org_documents.kinds import OrgDocument, Revision


class RuleSet(OrgDocument):
    """A rule set of an organisation, for it and all below it; at most one is in force."""

    __tablename__ = "rule_sets"


class RuleSetRevision(Revision):
    """The document of a rule set from one saving to the next; never changed."""

    __tablename__ = "rule_set_revisions"
    __table_args__ = (UniqueConstraint("rule_set_id", "number"),)

    rule_set_id: Mapped[UUID] = mapped_column(ForeignKey("rule_sets.id"))
