"""What stands behind a block, as the reader may see it; and what the text does not tell."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.core.uow import UnitOfWork
from app.items.models import Item
from app.items.queries import may_see
from app.kinds import BY_NAME
from app.organizations.models import Organization
from app.report.blocks import Block, arithmetic_of, shown
from app.report.compose.outline import compose
from app.report.compose.work_done import OPENING
from app.report.drafts import service
from app.report.drafts.block_rows import block_of
from app.report.drafts.citations import named_sources, title_of
from app.report.drafts.editing import (
    TracedCitation,
    TracedCount,
    TracedRecord,
    TraceRead,
    UncitedRead,
)
from app.report.drafts.models import Report, ReportBlock

_LEAD = "p0."
_STEP = 10_000  # ids in one statement: PostgreSQL takes 65,535


def trace(uow: UnitOfWork, report: Report, row: ReportBlock) -> TraceRead:
    """The records behind a block, and its numbers with their arithmetic."""
    block = block_of(row)
    versions: dict[str, int] = {}
    facts = None
    if row.fact_set_number is not None:
        facts = service.facts_of(uow, report, row.fact_set_number).facts
        versions = {fact.id: fact.version for fact in facts.facts}
    records = _traced_records(uow, block.ids, versions)
    return TraceRead(
        block_id=row.id,
        fact_set_number=row.fact_set_number,
        as_of=facts.as_of if facts else None,
        phrase=block.phrase,
        original=block.generated,
        edited=block.edited,
        counts=[
            TracedCount(
                label=count.label,
                value=None if count.value is None else float(count.value),
                unit=count.unit,
                printed=count.printed,
                arithmetic=arithmetic_of(count),
                source=count.source,
                ids=list(count.ids),
            )
            for count in block.counts
        ],
        records=records,
        grounds=[
            TracedCitation(kind=one.kind, id=one.id, words=words)
            for one, words in named_sources(block.sources, facts)
        ],
        gone=len(set(block.ids)) - len(records),
    )


def uncited(uow: UnitOfWork, report: Report) -> UncitedRead:
    """The records that the facts could tell of and no block in the text stands on.

    The year's totals do not count as telling of a record.
    """
    facts, options, book = service.facts_of(uow, report, report.fact_set_number)
    text = compose(facts, options, book)
    blocks = [block_of(row) for row in uow.session.scalars(service.blocks_of(report.id))]
    told = set(_cited_ids(shown(blocks)))
    tellable = [*text.uncited, *_cited_ids(text.blocks)]
    missing = {one for one in tellable if one not in told}
    records = _traced_records(uow, missing, {fact.id: fact.version for fact in facts.facts})
    return UncitedRead(records=records, gone=len(missing) - len(records))


def _cited_ids(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.key and not block.key.startswith(_LEAD) and not block.key.endswith(OPENING):
            yield from block.ids


def _traced_records(
    uow: UnitOfWork, ids: Collection[str], versions: Mapping[str, int]
) -> list[TracedRecord]:
    """The records of these ids that are there and in the reader's sight, by day."""
    wanted = [UUID(one) for one in dict.fromkeys(ids)]
    rows = [
        row
        for start in range(0, len(wanted), _STEP)
        for row in _rows(uow, wanted[start : start + _STEP])
    ]
    return [
        TracedRecord(
            id=row.id,
            kind=row.kind,
            title=title_of(row.kind, row.type, row.title),
            day=row.happened_on or row.completed_on,
            organization_id=row.organization_id,
            organization_name=row.name,
            status=row.status,
            url=f"/api/v1/{BY_NAME[row.kind].plural}/{row.id}",
            version_then=versions.get(str(row.id)),
            version_now=row.version,
            changed=versions.get(str(row.id)) != row.version,
        )
        for row in sorted(rows, key=lambda row: (row.day, row.id))
    ]


def _rows(uow: UnitOfWork, ids: list[UUID]) -> Iterable[Any]:
    columns = (
        *(Item.id, Item.kind, Item.type, Item.title, Item.day, Item.happened_on, Item.completed_on),
        *(Item.organization_id, Item.status, Item.version, Organization.name),
    )
    statement = (
        select(*columns)
        .join(Organization, Organization.id == Item.organization_id)
        .where(may_see(uow.actor), Item.deleted_at.is_(None), Item.id.in_(ids))
    )
    return uow.session.execute(statement)
