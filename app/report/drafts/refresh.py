"""Refreshing a draft from today's records, keeping people's words."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Self, cast
from uuid import UUID

from pydantic import Field, model_validator
from sqlalchemy import bindparam, select, update

from app.core.errors import FieldError, NotFound, ValidationFailed
from app.core.schemas import Day, Model, field_error
from app.core.uow import UnitOfWork
from app.organizations.models import Organization
from app.report.blocks import fingerprint
from app.report.drafts.block_rows import block_of, generated_values, insert_blocks, values_of
from app.report.drafts.comparison import Difference, blocks_by_key, differences
from app.report.drafts.composing import FreshText, compose_today, keep_facts
from app.report.drafts.models import REPORT_BLOCKS, Report, ReportBlock, ReportFactSet
from app.report.drafts.rules import UpdateKind, VersionReason
from app.report.drafts.service import blocks_of, note_change
from app.report.drafts.versions import keep_version
from app.report.facts import PeriodCode, period_days
from app.report.scope import RefuseField, in_body, seen_from

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


def find_changes(uow: UnitOfWork, report: Report, parameters: ChangesParameters) -> ChangesRead:
    """Return what today's records would make of a report, sentence by sentence.

    Raises:
        ValidationFailed: the day lies before the report's period, or after today.
    """
    fresh = compose_as_of(uow, report, parameters.as_of, ValidationFailed.parameter)
    blocks = map(block_of, uow.session.scalars(blocks_of(report.id)))
    return ChangesRead(
        as_of=fresh.facts.as_of,
        fact_set_number=report.fact_set_number,
        facts_changed=_facts_hash(uow, report) != fresh.packed.sha256,
        items=[_change_of(difference) for difference in differences(blocks, fresh.blocks)],
    )


def compose_as_of(
    uow: UnitOfWork, report: Report, as_of: date | None, refuse: RefuseField = in_body
) -> FreshText:
    """Compose a report from today's records as of the asked day, else of its own.

    Raises:
        ValidationFailed: the day lies before the report's period, or after today.
    """
    organization = uow.session.get_one(Organization, report.organization_id)
    if as_of is None:
        return compose_today(uow, organization, report, report.as_of)
    days = period_days(cast("PeriodCode", report.period), report.year)
    day = seen_from(as_of, days, uow.today(organization.time_zone), refuse)
    return compose_today(uow, organization, report, day)


def refresh_draft(uow: UnitOfWork, report: Report, payload: UpdateWrite, fresh: FreshText) -> None:
    """Take over today's sentences: the named ones, or all that no person has reworded.

    ``fresh`` was composed of the same version of the report. The new facts are stored beside the
    old ones; a block keeps to those that it tells. The text before is kept as a version.

    Raises:
        NotFound: a named block is not there, or today's records give no such new sentence.
    """
    rows = list(uow.session.scalars(blocks_of(report.id)))
    changes = differences(map(block_of, rows), fresh.blocks)
    _require_known(payload, rows, changes)
    if changes:
        keep_version(uow, report, "更新前", VersionReason.KEPT)
    if _facts_hash(uow, report) != fresh.packed.sha256:
        report.fact_set_number += 1
        keep_facts(uow, report, fresh, report.fact_set_number)
    report.as_of = fresh.facts.as_of
    by_id = {row.id: row for row in rows}
    audited = [
        state for change in changes if (state := _apply(report, change, payload, by_id)) is not None
    ]
    uow.session.flush()
    wanted = {
        id(change.new)
        for change in changes
        if change.old is None and (payload.all or change.key in payload.keys)
    }
    added = _insert_new_blocks(uow, report, rows, fresh, wanted)
    _restate_sources(uow, report, rows, fresh)
    audited += [{"block_id": str(row["id"]), "before": None, "after": row["text"]} for row in added]
    uow.touch(report)
    sha256 = fresh.packed.sha256
    after = {"as_of": report.as_of.isoformat(), "facts_sha256": sha256, "blocks": audited}
    note_change(uow, "updated", report, None, after)


def _facts_hash(uow: UnitOfWork, report: Report) -> str | None:
    statement = select(ReportFactSet.sha256).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number == report.fact_set_number
    )
    return uow.session.scalar(statement)


def _require_known(
    payload: UpdateWrite, rows: Sequence[ReportBlock], changes: Sequence[Difference]
) -> None:
    """Refuse blocks and keys that cannot be updated."""
    block_ids = {row.id for row in rows}
    new_keys = {change.key for change in changes if change.kind == UpdateKind.NEW}
    errors = [
        FieldError("not_found", "报告中没有这一段落。", pointer=f"#/block_ids/{index}")
        for index, block_id in enumerate(payload.block_ids)
        if block_id not in block_ids
    ]
    errors += [
        FieldError("not_found", "今天的记录没有生成这样的新句子。", pointer=f"#/keys/{index}")
        for index, key in enumerate(payload.keys)
        if key not in new_keys
    ]
    if errors:
        raise NotFound(errors[0].detail, flaws=errors)


def _apply(
    report: Report, change: Difference, payload: UpdateWrite, rows: Mapping[UUID, ReportBlock]
) -> dict[str, Any] | None:
    """Let a stored block follow its difference; return what the audit entry says of it."""
    old, new = change.old, change.new
    if old is None or old.id is None:
        return None
    row, before = rows[old.id], old.text
    is_named = row.id in payload.block_ids or change.key in payload.keys
    if not is_named and not payload.all:
        return None
    if old.edited and not is_named:
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


def _insert_new_blocks(
    uow: UnitOfWork,
    report: Report,
    rows: Sequence[ReportBlock],
    fresh: FreshText,
    wanted: Container[int],
) -> list[dict[str, Any]]:
    """Insert today's blocks of these ``id()`` behind today's neighbour, and number all anew."""
    present = {key: block.id for key, block in blocks_by_key(map(block_of, rows)).items()}
    order = [row.id for row in rows]
    added: list[dict[str, Any]] = []
    neighbour: UUID | None = None
    for key, block in blocks_by_key(fresh.blocks).items():
        if key in present:
            neighbour = present[key]
        elif id(block) in wanted:
            values = values_of(block, report.fact_set_number)
            added.append(values)
            order.insert(0 if neighbour is None else order.index(neighbour) + 1, values["id"])
            neighbour = values["id"]
    positions = {block_id: position for position, block_id in enumerate(order, start=1)}
    insert_blocks(uow, report, ({**row, "position": positions[row["id"]]} for row in added))
    moved = [
        {"block": row.id, "new_position": positions[row.id]}
        for row in rows
        if row.position != positions[row.id]
    ]
    _update_rows(uow, moved, position=bindparam("new_position"))
    return added


def _restate_sources(
    uow: UnitOfWork, report: Report, rows: Iterable[ReportBlock], fresh: FreshText
) -> None:
    """Give blocks that read as before the new facts, and the records that these have for them."""
    today = blocks_by_key(fresh.blocks)
    number = report.fact_set_number
    unchanged = [
        {"block": block.id, "number": number, "made_from": values["source"]}
        for key, block in blocks_by_key(map(block_of, rows)).items()
        if (new := today.get(key)) is not None
        and not block.outdated
        and fingerprint(block) == fingerprint(new)
        and (values := generated_values(new, number))
    ]
    _update_rows(uow, unchanged, fact_set_number=bindparam("number"), source=bindparam("made_from"))


def _update_rows(uow: UnitOfWork, values: list[dict[str, Any]], **columns: Any) -> None:
    """Update columns that are no concern of whoever edits a block: its version stays."""
    if values:
        this_block = REPORT_BLOCKS.c.id == bindparam("block")
        statement = update(REPORT_BLOCKS).where(this_block).values(**columns)
        uow.session.connection().execute(statement, values)


def _change_of(difference: Difference) -> SentenceChange:
    old, new = difference.old, difference.new
    compared = None if difference.kind == UpdateKind.NEW else old
    return SentenceChange(
        kind=difference.kind,
        key=difference.key,
        block_id=old.id if old else None,
        edited=bool(old and old.edited),
        old_text=compared.generated if compared else None,
        current_text=compared.text if compared else None,
        new_text=new.text if new else None,
        counts=[CountChangeRead.model_validate(count) for count in difference.counts],
        ids_added=[UUID(id_) for id_ in difference.ids_added],
        ids_removed=[UUID(id_) for id_ in difference.ids_removed],
    )
