"""What a block stands on, as the reader may see it, and the records that the text leaves out."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field
from sqlalchemy import select

from app.core.schemas import Model
from app.core.uow import UnitOfWork
from app.items.models import Item
from app.items.queries import may_see
from app.kinds import BY_NAME
from app.organizations.models import Organization
from app.report.blocks import Block, CountRef, arithmetic_of, shown
from app.report.compose.outline import compose
from app.report.compose.work_done import OPENING
from app.report.drafts.block_rows import block_of
from app.report.drafts.citations import citation_in_words, citations_in_words, title_of
from app.report.drafts.models import Report, ReportBlock
from app.report.drafts.service import blocks_of, facts_of


class TracedCount(Model):
    """A number and how it came about."""

    label: str
    value: Annotated[float | None, Field(description="数值；按设置不列出的为空")]
    unit: str
    printed: Annotated[str, Field(description="文中写法", examples=["三次"])]
    arithmetic: Annotated[
        str, Field(description="算式", examples=["共3条记录", "2+1+3=6", "13－3=10"])
    ]
    source: Annotated[str, Field(description="由什么数得：record 记录，occurrence 责任事项等")]
    ids: list[str]


class TracedCitation(Model):
    """Something besides records that a block stands on."""

    kind: Annotated[str, Field(examples=["occurrence"])]
    id: str
    words: Annotated[str, Field(description="说明", examples=["责任事项：党课，按时完成"])]


class TracedRecord(Model):
    """A record behind a block, as it stands now."""

    id: UUID
    kind: str
    title: str
    day: Annotated[date | None, Field(description="开展或完成的日期")]
    organization_id: UUID
    organization_name: str
    status: str
    url: Annotated[str, Field(examples=["/api/v1/meetings/01890000-0000-7000-8000-000000000001"])]
    version_then: Annotated[int | None, Field(description="起草时的版本")]
    version_now: int
    changed: Annotated[bool, Field(description="起草之后有改动")]


class TraceRead(Model):
    """What a block stands on."""

    block_id: UUID
    fact_set_number: int | None
    as_of: Annotated[date | None, Field(description="所依据事实的截至日期")]
    phrase: str | None
    original: Annotated[str | None, Field(description="生成时的原文")]
    edited: bool
    counts: list[TracedCount]
    records: list[TracedRecord]
    grounds: Annotated[list[TracedCitation], Field(description="记录之外的依据")]
    gone: Annotated[int, Field(description="此后已删除或无权查看的记录数")]


class UncitedRead(Model):
    """The records of the report's facts that the text tells nowhere."""

    records: list[TracedRecord]
    gone: Annotated[int, Field(description="此后已删除或无权查看的记录数")]


_LEAD = "p0."
_BATCH = 10_000  # ids in one statement: PostgreSQL takes 65,535
_COLUMNS = (
    *(Item.id, Item.kind, Item.type, Item.title, Item.day, Item.happened_on, Item.completed_on),
    *(Item.organization_id, Item.status, Item.version, Organization.name),
)


def trace(uow: UnitOfWork, report: Report, row: ReportBlock) -> TraceRead:
    """Return the records behind a block, and its numbers with their arithmetic."""
    block = block_of(row)
    versions: dict[str, int] = {}
    facts = None
    if row.fact_set_number is not None:
        facts = facts_of(uow, report, row.fact_set_number).facts
        versions = {fact.id: fact.version for fact in facts.facts}
    records = _traced_records(uow, block.ids, versions)
    known = citations_in_words(facts) if facts else {}
    return TraceRead(
        block_id=row.id,
        fact_set_number=row.fact_set_number,
        as_of=facts.as_of if facts else None,
        phrase=block.phrase,
        original=block.generated,
        edited=block.edited,
        counts=[_traced_count(count) for count in block.counts],
        records=records,
        grounds=[
            TracedCitation(
                kind=citation.kind, id=citation.id, words=citation_in_words(citation, known)
            )
            for citation in block.sources
        ],
        gone=len(set(block.ids)) - len(records),
    )


def _traced_count(count: CountRef) -> TracedCount:
    return TracedCount(
        label=count.label,
        value=None if count.value is None else float(count.value),
        unit=count.unit,
        printed=count.printed,
        arithmetic=arithmetic_of(count),
        source=count.source,
        ids=list(count.ids),
    )


def uncited(uow: UnitOfWork, report: Report) -> UncitedRead:
    """Return the records that the facts could tell of and no block in the text stands on.

    The year's totals do not count as telling of a record.
    """
    facts, options, book = facts_of(uow, report, report.fact_set_number)
    composed = compose(facts, options, book)
    blocks = [block_of(row) for row in uow.session.scalars(blocks_of(report.id))]
    citable = {*composed.uncited, *_cited_ids(composed.blocks)}
    missing = citable.difference(_cited_ids(shown(blocks)))
    records = _traced_records(uow, missing, {fact.id: fact.version for fact in facts.facts})
    return UncitedRead(records=records, gone=len(missing) - len(records))


def _cited_ids(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        if block.key and not block.key.startswith(_LEAD) and not block.key.endswith(OPENING):
            yield from block.ids


def _traced_records(
    uow: UnitOfWork, ids: Collection[str], versions: Mapping[str, int]
) -> list[TracedRecord]:
    """Return the records of these ids that exist and are in the reader's sight, by day."""
    statement = (
        select(*_COLUMNS)
        .join(Organization, Organization.id == Item.organization_id)
        .where(may_see(uow.actor), Item.deleted_at.is_(None))
    )
    wanted = [UUID(id_) for id_ in dict.fromkeys(ids)]
    batches = (wanted[start : start + _BATCH] for start in range(0, len(wanted), _BATCH))
    rows = [
        row for batch in batches for row in uow.session.execute(statement.where(Item.id.in_(batch)))
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
