"""The files behind the records of a report: one statement, whatever the year holds."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Select, select

from app.core.clock import civil_day
from app.evidence.models import Evidence, EvidenceRevision
from app.items.models import Item
from app.items.snapshot import ITEMS, RecordScope, of_records
from app.report.facts import EvidenceFact

EVIDENCE = Evidence.__table__.c
REVISIONS = EvidenceRevision.__table__.c


def evidence_revisions(scope: RecordScope) -> Select[Any]:
    """The files of the unrestricted records in scope, each with every upload."""
    source = EvidenceRevision.__table__.join(
        Evidence.__table__, EVIDENCE.id == REVISIONS.evidence_id
    ).join(Item.__table__, EVIDENCE.item_id == ITEMS.id)
    statement = (
        select(
            scope.id_of(EVIDENCE.id),
            scope.id_of(EVIDENCE.item_id),
            EVIDENCE.caption,
            EVIDENCE.effective_on,
            REVISIONS.filename,
            REVISIONS.sha256,
            REVISIONS.uploaded_at,
        )
        .select_from(source)
        .where(EVIDENCE.deleted_at.is_(None))
    )
    unrestricted = of_records(statement, replace(scope, restricted=False))
    return unrestricted.order_by(EVIDENCE.id, REVISIONS.number)


def standing(rows: Iterable[Any], as_of: date, time_zone: str) -> tuple[EvidenceFact, ...]:
    """The newest file of each piece of evidence that was there on a day of the zone."""
    found = {
        row.id: EvidenceFact(
            id=row.id,
            record_id=row.item_id,
            filename=row.filename,
            sha256=row.sha256,
            caption=row.caption,
            effective_on=row.effective_on,
        )
        for row in rows
        if civil_day(row.uploaded_at, time_zone) <= as_of
    }
    return tuple(found.values())
