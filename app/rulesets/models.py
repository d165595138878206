"""Tables of rule sets: what they are called and whose they are, and each revision for ever."""

from uuid import UUID

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.org_documents.kinds import OrgDocument, Revision


class RuleSet(OrgDocument):
    """A rule set of an organisation, for it and all below it; one of them at most in force."""

    __tablename__ = "rule_sets"


class RuleSetRevision(Revision):
    """What a rule set said from one saving to the next; never changed."""

    __tablename__ = "rule_set_revisions"
    __table_args__ = (UniqueConstraint("rule_set_id", "number"),)

    rule_set_id: Mapped[UUID] = mapped_column(ForeignKey("rule_sets.id"))
