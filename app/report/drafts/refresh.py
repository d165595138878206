"""Bring a draft up to date with today's records, keeping people's words."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import bindparam, select, update

from app.core.errors import FieldError, NotFound, ValidationFailed
from app.core.schemas import Day, Model, field_error
from app.core.uow import UnitOfWork
from app.organizations.models import Organization
from app.report.blocks import Block, fingerprint
from app.report.drafts.block_rows import block_of, generated_values, insert_blocks, values_of
from app.report.drafts.comparison import Difference, differences, placed
from app.report.drafts.composing import FreshText, compose_today, day_of, keep_facts
from app.report.drafts.models import Report, ReportBlock, ReportFactSet
from app.report.drafts.rules import UpdateKind, VersionReason
from app.report.drafts.service import blocks_of, note
from app.report.drafts.versions import keep
from app.report.scope import in_body

AsOf = Annotated[Day | None, Field(description="截至日期；不填则与报告相同")]


class ChangesParameters(Model):
    """From which day the records are looked at."""

    as_of: AsOf = None


class CountChangeRead(Model):
    """A number then and now."""

    label: Annotated[str, Field(examples=["党建工作专题会议"])]
    old: Annotated[str | None, Field(description="原来的写法", examples=["43次"])]
    new: Annotated[str | None, Field(description="现在的写法", examples=["44次"])]


class SentenceChange(Model):
    """A sentence that would change, come or go."""

    kind: Annotated[UpdateKind, Field(description="有变化、应新增、依据已不存在")]
    key: Annotated[str, Field(description="句子的固定编号")]
    block_id: Annotated[UUID | None, Field(description="报告中的段落；应新增的没有")]
    edited: Annotated[bool, Field(description="报告中的文字经人工修改")]
    old_text: Annotated[str | None, Field(description="原来生成的文字")]
    current_text: Annotated[str | None, Field(description="报告中现在的文字")]
    new_text: Annotated[str | None, Field(description="按今天的记录生成的文字")]
    counts: list[CountChangeRead]
    ids_added: Annotated[list[UUID], Field(description="新增的依据")]
    ids_removed: Annotated[list[UUID], Field(description="不再依据的记录")]


class ChangesRead(Model):
    """What today's records would make of a report."""

    as_of: date
    fact_set_number: int
    facts_changed: Annotated[bool, Field(description="记录与报告所依据的不同（文字未必改变）")]
    items: list[SentenceChange]


class UpdateWrite(Model):
    """Which sentences are to follow today's records."""

    block_ids: Annotated[
        list[UUID],
        Field(max_length=5000, description="要更新的段落；经人工修改的也会换成新生成的文字"),
    ] = Field(default_factory=list)
    keys: Annotated[
        list[Annotated[str, Field(max_length=160)]],
        Field(max_length=5000, description="要新增的句子"),
    ] = Field(default_factory=list)
    all: Annotated[
        bool, Field(description="全部更新；经人工修改的文字保留，只标明记录已有变化")
    ] = False
    as_of: AsOf = None

    @model_validator(mode="after")
    def _asks_for_something(self) -> Self:
        if not (self.all or self.block_ids or self.keys):
            raise field_error("block_ids", "nothing_chosen", "请指明要更新的段落，或选择全部更新")
        return self


_TABLE: Any = ReportBlock.__table__


def changes(uow: UnitOfWork, report: Report, wish: ChangesParameters) -> ChangesRead:
    """What today's records would make of a report: its sentences one by one."""
    place = uow.session.get_one(Organization, report.organization_id)
    as_of = day_of(uow, place, report, wish.as_of, ValidationFailed.parameter)
    fresh = compose_today(uow, place, report, as_of)
    found = differences(_blocks(uow, report), fresh.blocks)
    return ChangesRead(
        as_of=as_of,
        fact_set_number=report.fact_set_number,
        facts_changed=_hash(uow, report) != fresh.packed.sha256,
        items=[_shown(one) for one in found],
    )


def recompose(uow: UnitOfWork, report: Report, wish: UpdateWrite) -> FreshText:
    """What today's records make of a report on the day that an update asks for.

    Raises:
        ValidationFailed: the day lies before the report's period, or after today.
    """
    place = uow.session.get_one(Organization, report.organization_id)
    as_of = day_of(uow, place, report, wish.as_of, in_body)
    return compose_today(uow, place, report, as_of)


def refresh_draft(uow: UnitOfWork, report: Report, wish: UpdateWrite, fresh: FreshText) -> None:
    """Let sentences follow today's records: the named ones, or all that no person has reworded.

    ``fresh`` was composed of the same version of the report. The new facts are frozen beside the
    old ones; a block keeps to those that it tells. The text before is kept as a version.

    Raises:
        NotFound: a named block or sentence has nothing to follow.
    """
    as_of = fresh.facts.as_of
    rows = list(uow.session.scalars(blocks_of(report.id)))
    found = differences(map(block_of, rows), fresh.blocks)
    _known(wish, rows, found)
    if found:
        keep(uow, report, "更新前", VersionReason.KEPT)
    if _hash(uow, report) != fresh.packed.sha256:
        report.fact_set_number += 1
        keep_facts(uow, report, fresh, report.fact_set_number)
    report.as_of = as_of
    by_id = {row.id: row for row in rows}
    said = [one for difference in found if (one := _apply(report, difference, wish, by_id))]
    uow.session.flush()
    added = _added(report, rows, fresh, found, wish)
    _place(uow, report, rows, added)
    _still_true(uow, report, rows, fresh)
    said += [{"block_id": str(row["id"]), "before": None, "after": row["text"]} for _, row in added]
    uow.touch(report)
    after = {"as_of": as_of.isoformat(), "facts_sha256": fresh.packed.sha256, "blocks": said}
    note(uow, "updated", report, None, after)


def _blocks(uow: UnitOfWork, report: Report) -> list[Block]:
    return [block_of(row) for row in uow.session.scalars(blocks_of(report.id))]


def _hash(uow: UnitOfWork, report: Report) -> str | None:
    statement = select(ReportFactSet.sha256).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number == report.fact_set_number
    )
    return uow.session.scalar(statement)


def _known(wish: UpdateWrite, rows: Sequence[ReportBlock], found: Sequence[Difference]) -> None:
    """Insist that what is named can be updated."""
    here = {row.id for row in rows}
    coming = {one.key for one in found if one.kind == UpdateKind.NEW}
    flaws = [
        *(
            FieldError("not_found", "报告中没有这一段落。", pointer=f"#/block_ids/{at}")
            for at, one in enumerate(wish.block_ids)
            if one not in here
        ),
        *(
            FieldError("not_found", "今天的记录没有生成这样的新句子。", pointer=f"#/keys/{at}")
            for at, key in enumerate(wish.keys)
            if key not in coming
        ),
    ]
    if flaws:
        raise NotFound(flaws[0].detail, flaws=flaws)


def _apply(
    report: Report, difference: Difference, wish: UpdateWrite, rows: dict[UUID, ReportBlock]
) -> dict[str, Any] | None:
    """Let a block that is there follow its difference; what the trail is to say of it."""
    old, new = difference.old, difference.new
    if old is None or old.id is None:
        return None
    row, before = rows[old.id], old.text
    named = row.id in wish.block_ids or difference.key in wish.keys
    if not named and not wish.all:
        return None
    if old.edited and not named:
        row.outdated = True
        return {"block_id": str(row.id), "before": before, "after": before, "outdated": True}
    if new is None:
        row.removed = row.outdated = True
        return {"block_id": str(row.id), "before": before, "after": None}
    for name, value in generated_values(new, report.fact_set_number).items():
        setattr(row, name, value)
    row.text = new.text
    row.edited = row.removed = row.outdated = False
    row.unsupported_numbers = []
    return {"block_id": str(row.id), "before": before, "after": new.text}


def _added(
    report: Report,
    rows: Sequence[ReportBlock],
    fresh: FreshText,
    found: Sequence[Difference],
    wish: UpdateWrite,
) -> list[tuple[UUID | None, dict[str, Any]]]:
    """New rows, each with the block behind which it goes: today's neighbour before it."""
    coming = {
        id(one.new): one
        for one in found
        if one.kind == UpdateKind.NEW and one.old is None and (wish.all or one.key in wish.keys)
    }
    present = {place: block.id for place, block in placed(map(block_of, rows)).items()}
    last: UUID | None = None
    added: list[tuple[UUID | None, dict[str, Any]]] = []
    for place, block in placed(fresh.blocks).items():
        if place in present:
            last = present[place]
        elif id(block) in coming:
            row = values_of(block, report.fact_set_number)
            added.append((last, row))
            last = row["id"]
    return added


def _place(
    uow: UnitOfWork,
    report: Report,
    rows: Sequence[ReportBlock],
    added: Sequence[tuple[UUID | None, dict[str, Any]]],
) -> None:
    """Put the new rows into the order and number all of them anew."""
    order = [row.id for row in rows]
    for after, row in added:
        order.insert(order.index(after) + 1 if after is not None else 0, row["id"])
    places = {one: place for place, one in enumerate(order, start=1)}
    insert_blocks(uow, report, ({**row, "position": places[row["id"]]} for _, row in added))
    moved = [
        {"block": row.id, "place": places[row.id]} for row in rows if row.position != places[row.id]
    ]
    _write(uow, moved, position=bindparam("place"))


def _still_true(
    uow: UnitOfWork, report: Report, rows: Iterable[ReportBlock], fresh: FreshText
) -> None:
    """What reads as before stands on the new facts, and on the records that they give for it."""
    today = placed(fresh.blocks)
    number = report.fact_set_number
    same = [
        {"block": block.id, "number": number, "made_from": values["source"]}
        for place, block in placed(map(block_of, rows)).items()
        if (new := today.get(place)) is not None
        and not block.outdated
        and fingerprint(block) == fingerprint(new)
        and (values := generated_values(new, number))
    ]
    _write(uow, same, fact_set_number=bindparam("number"), source=bindparam("made_from"))


def _write(uow: UnitOfWork, values: list[dict[str, Any]], **columns: Any) -> None:
    """Change columns that are no concern of whoever edits a block: its version stays."""
    if values:
        statement = update(_TABLE).where(_TABLE.c.id == bindparam("block")).values(**columns)
        uow.session.connection().execute(statement, values)


def _shown(one: Difference) -> SentenceChange:
    old, new = one.old, one.new
    coming = one.kind == UpdateKind.NEW
    return SentenceChange(
        kind=one.kind,
        key=one.key,
        block_id=old.id if old else None,
        edited=bool(old and old.edited),
        old_text=old.generated if old and not coming else None,
        current_text=old.text if old and not coming else None,
        new_text=new.text if new else None,
        counts=[CountChangeRead.model_validate(count) for count in one.counts],
        ids_added=[UUID(one_id) for one_id in one.ids_added],
        ids_removed=[UUID(one_id) for one_id in one.ids_removed],
    )
