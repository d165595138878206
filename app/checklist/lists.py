"""Draw up a year's list: from the rule sets in force, and with lines of one's own."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, insert, select

from app.checklist import queries
from app.checklist.errors import DutyCodeTaken, ListNotEditable
from app.checklist.generation import generate
from app.checklist.models import Duty, DutyList
from app.checklist.rules import ListStatus
from app.checklist.schemas import DrawUp, DutyWrite
from app.core.audit import AuditState, Trail
from app.core.changes import patched
from app.core.errors import FieldError, ValidationFailed
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Permission, UnitOfWork
from app.items.models import Focus
from app.organizations.models import Organization
from app.organizations.queries import require
from app.rulesets.queries import effective_rules
from app.rulesets.resolution import EffectiveRule, as_cited_in, awaited, sources_issued_after
from app.rulesets.schemas import AfterEvent, Obligation
from app.rulesets.vocabulary import misfits

_DUTIES: Any = Duty.__table__
_TRAIL = Trail("duty_list")
_FIELDS = set(DutyWrite.model_fields)


def draw_up(uow: UnitOfWork, organization_id: UUID, payload: DrawUp) -> tuple[list[DutyList], int]:
    """Draw up the drafts of a year; organisations that have a list keep theirs.

    What falls due from published ones is brought up to date with the tree. Returns the new lists,
    and how many organisations had theirs already. A constant number of statements for any number of
    organisations.

    Raises:
        NotFound: the organisation is out of the actor's sight.
        Forbidden: the actor may not write there.
    """
    require(uow, Permission.WRITE, organization_id)
    return draft(
        uow, organization_id, payload.year, include_descendants=payload.include_descendants
    )


def draft(
    uow: UnitOfWork, organization_id: UUID, year: int, *, include_descendants: bool
) -> tuple[list[DutyList], int]:
    """Draw up drafts as ``draw_up`` does; the caller has checked the right."""
    scope = queries.holders(organization_id, include_descendants=include_descendants)
    organizations = [
        organization
        for organization in uow.session.scalars(scope)
        if _exists_in(organization, year)
    ]
    of_year = select(DutyList).where(
        DutyList.year == year,
        DutyList.organization_id.in_([organization.id for organization in organizations]),
    )
    existing = uow.session.scalars(of_year.with_for_update()).all()
    generate(uow, [duty_list for duty_list in existing if duty_list.status == ListStatus.PUBLISHED])
    owners = {duty_list.organization_id for duty_list in existing}
    missing = [organization for organization in organizations if organization.id not in owners]
    rules = effective_rules(uow, [organization.id for organization in missing], year)
    lists = [_new(uow, organization, year) for organization in missing]
    uow.session.add_all(lists)
    uow.session.flush()
    contents: dict[int, dict[str, Any]] = {}  # by the rule's identity: most lists have the same
    lines = [
        row
        for duty_list in lists
        for row in _lines(duty_list, rules[duty_list.organization_id], contents)
    ]
    if lines:
        uow.connection.execute(insert(_DUTIES), lines)
    for duty_list in lists:
        codes = [rule.rule.code for rule in rules[duty_list.organization_id]]
        note_change(uow, "drawn_up", duty_list, None, {"year": year, "duties": codes})
    return lists, len(owners)


def _exists_in(organization: Organization, year: int) -> bool:
    founded = organization.founded_on is None or organization.founded_on.year <= year
    return founded and (organization.dissolved_on is None or organization.dissolved_on.year >= year)


def _new(uow: UnitOfWork, organization: Organization, year: int) -> DutyList:
    return DutyList(
        id=new_id(),
        organization_id=organization.id,
        year=year,
        status=ListStatus.DRAFT,
        created_at=uow.now(),
        updated_at=uow.now(),
    )


def _lines(
    duty_list: DutyList, rules: Sequence[EffectiveRule], contents: dict[int, dict[str, Any]]
) -> Iterable[dict[str, Any]]:
    for position, effective in enumerate(rules, start=1):
        origin = effective.changed_by or effective.origin
        content = contents.get(id(effective.rule))
        if content is None:
            stated = effective.rule.model_dump(mode="json", include=_FIELDS)
            content = contents[id(effective.rule)] = {**stated, "responsible_person": None}
        yield {
            "id": new_id(),
            "list_id": duty_list.id,
            "position": position,
            "code": effective.rule.code,
            "content": content,
            "rule_set": origin.set_code,
            "rule_set_revision": origin.revision,
            "effective_from": date(duty_list.year, 1, 1),
            "effective_until": date(duty_list.year + 1, 1, 1),
            "version": 1,
        }


def add_duty(uow: UnitOfWork, duty_list: DutyList, payload: DutyWrite) -> Duty:
    """Add a line of one's own to a draft."""
    _editable(uow, duty_list)
    check_duty(uow, duty_list, payload)
    duty = append_duty(uow, duty_list, payload, date(duty_list.year, 1, 1))
    uow.touch(duty_list)
    note_change(uow, "duty_added", duty_list, None, payload.model_dump(mode="json"))
    return duty


def change_duty(uow: UnitOfWork, duty: Duty, duty_list: DutyList, patch: Model) -> Duty:
    """Change a line of a draft; the result is checked as a whole."""
    _editable(uow, duty_list)
    before = as_cited_in(DutyWrite.model_validate(duty.content), duty_list.year)
    payload = patched(before, patch)
    check_duty(uow, duty_list, payload, changed=duty)
    duty.code, duty.content = payload.code, payload.model_dump(mode="json")
    uow.touch(duty_list)
    note_change(uow, "duty_changed", duty_list, before.model_dump(mode="json"), duty.content)
    return duty


def remove_duty(uow: UnitOfWork, duty: Duty, duty_list: DutyList) -> None:
    """Take a line out of a draft; a published list ends it by an amendment instead."""
    _editable(uow, duty_list)
    uow.session.delete(duty)
    uow.touch(duty_list)
    note_change(uow, "duty_removed", duty_list, duty.content, None)


def append_duty(uow: UnitOfWork, duty_list: DutyList, payload: DutyWrite, start: date) -> Duty:
    """Append a line to a list, valid from a day on; the caller has checked it."""
    last = uow.session.scalar(select(func.max(Duty.position)).where(Duty.list_id == duty_list.id))
    duty = Duty(
        id=new_id(),
        list_id=duty_list.id,
        position=(last or 0) + 1,
        code=payload.code,
        content=payload.model_dump(mode="json"),
        effective_from=start,
        effective_until=date(duty_list.year + 1, 1, 1),
    )
    uow.session.add(duty)
    uow.session.flush()
    return duty


def check_duty(
    uow: UnitOfWork, duty_list: DutyList, payload: DutyWrite, changed: Duty | None = None
) -> None:
    """Check what a line refers to: its code is free, its category is the tree's.

    Raises:
        DutyCodeTaken: another line that holds to the year's end has the code.
        ValidationFailed: there is no such category of responsibility, the line does not fit the
            kinds of record, the year or itself, or its source is younger than the list's year.
            What it says of other lines is looked at when the list is submitted, or with the
            amendment that brings it.
    """
    line_flaws = (*misfits(payload), *_flaws_of_line(payload, duty_list.year))
    flaws = [FieldError(code, message, pointer=f"#/{path}") for path, code, message in line_flaws]
    if late := sources_issued_after(payload.source or "", duty_list.year):
        message = f"{late[0]}晚于{duty_list.year}年，不能作为该年清单的依据，请改写依据或留空"
        flaws.append(FieldError("source_too_young", message, pointer="#/source"))
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)
    taken = select(Duty.id).where(
        Duty.list_id == duty_list.id,
        Duty.code == payload.code,
        Duty.effective_until > date(duty_list.year, 12, 31),
    )
    if any(duty_id != (changed and changed.id) for duty_id in uow.session.scalars(taken)):
        raise DutyCodeTaken(f"清单中已有代码为 {payload.code} 的责任项，请换一个代码。")
    if payload.focus is not None:
        root = select(Organization.root_id).where(Organization.id == duty_list.organization_id)
        focus = select(Focus.id).where(
            Focus.root_id == root.scalar_subquery(), Focus.code == payload.focus
        )
        if uow.session.scalar(focus) is None:
            raise ValidationFailed.at("#/focus", "focus_unknown", "没有这个责任类别，请核对代码")


def note_change(
    uow: UnitOfWork,
    action: str,
    duty_list: DutyList,
    before: AuditState | None,
    after: AuditState | None,
) -> None:
    """Keep a change of a list in the audit trail."""
    _TRAIL.note_as(uow, f"duty_list.{action}", duty_list, before, after)


def _editable(uow: UnitOfWork, duty_list: DutyList) -> None:
    require(uow, Permission.WRITE, duty_list.organization_id)
    if duty_list.status != ListStatus.DRAFT:
        raise ListNotEditable("清单已提交或公布：先退回再改，已公布的请作调整。")


class LineFlaw(NamedTuple):
    """What is wrong with a line: where in it, a code, and the message."""

    path: str
    code: str
    message: str


def _flaws_of_line(line: Obligation, year: int) -> Iterator[LineFlaw]:
    """List what is wrong with a line of a year's list, whatever else the list holds."""
    on = line.frequency.on
    if on is not None and on.year != year:
        message = f"写明的日子不在 {year} 年，不会到期，请核对"
        yield LineFlaw("frequency/on", "once_outside_year", message)
    if isinstance(line.due, AfterEvent) and line.due.event == line.code:
        message = f"“{line.code}”的时限绕回到它自己，请改写 due"
        yield LineFlaw("due", "event_cycle", message)
    for position, other in enumerate(line.shares_with):
        if other == line.code:
            message = "责任项不能与自己共用记录"
            yield LineFlaw(f"shares_with/{position}", "shared_unknown", message)


def flaws_beside_others(
    line: Obligation, lines: Sequence[Obligation], codes: Collection[str]
) -> Iterator[LineFlaw]:
    """List what is wrong with a line beside all lines in force, itself among them.

    ``codes`` are those of all lines that the list has or had: what a line that was ended waited for
    may have happened.
    """
    dues = {other.code: other.due for other in lines}
    if isinstance(line.due, AfterEvent):
        if line.due.event not in codes:
            message = f"“{line.code}”以“{line.due.event}”的完成为起点，但清单中没有这个责任项"
            yield LineFlaw("due/event", "event_unknown", message)
        elif line.code in awaited(dues, line.due.event):
            message = f"“{line.code}”的时限绕回到它自己，请改写 due"
            yield LineFlaw("due", "event_cycle", message)
    for position, other in enumerate(line.shares_with):
        if other not in codes:
            message = f"清单中没有可以共用记录的责任项“{other}”，请核对代码"
            yield LineFlaw(f"shares_with/{position}", "shared_unknown", message)
