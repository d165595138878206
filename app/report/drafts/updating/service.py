"""Today's records against a report's, and a draft brought up to date. Nothing typed is lost."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update

from app.core.errors import Flaw, NotFound, ValidationFailed
from app.core.unit import Unit
from app.organizations.models import Organization
from app.report.asked import in_body
from app.report.blocks import Block, fingerprint
from app.report.drafts.composing import Fresh, compose_today, day_of, keep_facts
from app.report.drafts.models import Report, ReportBlock, ReportFactSet
from app.report.drafts.queries import blocks_of
from app.report.drafts.rows import block_of, generated_values, insert_blocks, values_of
from app.report.drafts.rules import UpdateKind, VersionReason
from app.report.drafts.service import note
from app.report.drafts.updating.differences import Difference, differences, placed
from app.report.drafts.updating.schemas import (
    ChangesParameters,
    ChangesRead,
    CountChangeRead,
    SentenceChange,
    UpdateWrite,
)
from app.report.drafts.versions.service import keep

_TABLE: Any = ReportBlock.__table__


def changes(unit: Unit, report: Report, wish: ChangesParameters) -> ChangesRead:
    """What today's records would make of a report: its sentences one by one."""
    place = unit.session.get_one(Organization, report.organization_id)
    as_of = day_of(unit, place, report, wish.as_of, ValidationFailed.parameter)
    fresh = compose_today(unit, place, report, as_of)
    found = differences(_blocks(unit, report), fresh.blocks)
    return ChangesRead(
        as_of=as_of,
        fact_set_number=report.fact_set_number,
        facts_changed=_hash(unit, report) != fresh.packed.sha256,
        items=[_shown(one) for one in found],
    )


def composed_anew(unit: Unit, report: Report, wish: UpdateWrite) -> Fresh:
    """What today's records make of a report on the day that an update asks for.

    Raises:
        ValidationFailed: the day lies before the report's period, or after today.
    """
    place = unit.session.get_one(Organization, report.organization_id)
    as_of = day_of(unit, place, report, wish.as_of, in_body)
    return compose_today(unit, place, report, as_of)


def bring_up_to_date(unit: Unit, report: Report, wish: UpdateWrite, fresh: Fresh) -> None:
    """Let sentences follow today's records: the named ones, or all that no person has reworded.

    ``fresh`` was composed of the same version of the report. The new facts are frozen beside the
    old ones; a block keeps to those that it tells. The text before is kept as a version.

    Raises:
        NotFound: a named block or sentence has nothing to follow.
    """
    as_of = fresh.facts.as_of
    rows = list(unit.session.scalars(blocks_of(report.id)))
    found = differences(map(block_of, rows), fresh.blocks)
    _known(wish, rows, found)
    if found:
        keep(unit, report, "更新前", VersionReason.KEPT)
    if _hash(unit, report) != fresh.packed.sha256:
        report.fact_set_number += 1
        keep_facts(unit, report, fresh, report.fact_set_number)
    report.as_of = as_of
    by_id = {row.id: row for row in rows}
    said = [one for difference in found if (one := _apply(report, difference, wish, by_id))]
    unit.session.flush()
    added = _added(report, rows, fresh, found, wish)
    _place(unit, report, rows, added)
    _still_true(unit, report, rows, fresh)
    said += [{"block_id": str(row["id"]), "before": None, "after": row["text"]} for _, row in added]
    unit.touch(report)
    after = {"as_of": as_of.isoformat(), "facts_sha256": fresh.packed.sha256, "blocks": said}
    note(unit, "updated", report, None, after)


def _blocks(unit: Unit, report: Report) -> list[Block]:
    return [block_of(row) for row in unit.session.scalars(blocks_of(report.id))]


def _hash(unit: Unit, report: Report) -> str | None:
    statement = select(ReportFactSet.sha256).where(
        ReportFactSet.report_id == report.id, ReportFactSet.number == report.fact_set_number
    )
    return unit.session.scalar(statement)


def _known(wish: UpdateWrite, rows: Sequence[ReportBlock], found: Sequence[Difference]) -> None:
    """Insist that what is named can be updated."""
    here = {row.id for row in rows}
    coming = {one.key for one in found if one.kind == UpdateKind.NEW}
    flaws = [
        *(
            Flaw("not_found", "报告中没有这一段落。", pointer=f"#/block_ids/{at}")
            for at, one in enumerate(wish.block_ids)
            if one not in here
        ),
        *(
            Flaw("not_found", "今天的记录没有生成这样的新句子。", pointer=f"#/keys/{at}")
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
    fresh: Fresh,
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
    unit: Unit,
    report: Report,
    rows: Sequence[ReportBlock],
    added: Sequence[tuple[UUID | None, dict[str, Any]]],
) -> None:
    """Put the new rows into the order and number all of them anew."""
    order = [row.id for row in rows]
    for after, row in added:
        order.insert(order.index(after) + 1 if after is not None else 0, row["id"])
    places = {one: place for place, one in enumerate(order, start=1)}
    insert_blocks(unit, report, ({**row, "position": places[row["id"]]} for _, row in added))
    moved = [
        {"block": row.id, "place": places[row.id]} for row in rows if row.position != places[row.id]
    ]
    _write(unit, moved, position=bindparam("place"))


def _still_true(unit: Unit, report: Report, rows: Iterable[ReportBlock], fresh: Fresh) -> None:
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
    _write(unit, same, fact_set_number=bindparam("number"), source=bindparam("made_from"))


def _write(unit: Unit, values: list[dict[str, Any]], **columns: Any) -> None:
    """Change columns that are no concern of whoever edits a block: its version stays."""
    if values:
        statement = update(_TABLE).where(_TABLE.c.id == bindparam("block")).values(**columns)
        unit.session.connection().execute(statement, values)


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
