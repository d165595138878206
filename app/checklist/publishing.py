"""A list's life: submitted, published, amended, closed. A published list changes by amendment."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.checklist import queries
from app.checklist.errors import ListNotPublished, ListStepNotAllowed
from app.checklist.generation import generate
from app.checklist.lists import append_duty, check_duty, flaws_beside_others, note_change
from app.checklist.models import Duty, DutyList, ListAmendment
from app.checklist.rules import STEPS, ListStatus, ListStep
from app.checklist.schemas import AmendmentWrite, DutyWrite, StepWrite
from app.core.errors import FieldError, NotFound, ValidationFailed
from app.core.ids import new_id
from app.core.uow import Permission, UnitOfWork
from app.organizations.models import Organization
from app.organizations.queries import require, require_step


def take_step(uow: UnitOfWork, duty_list: DutyList, payload: StepWrite) -> None:
    """Take a list one step on; publishing makes what falls due, reopening what was missed since.

    Raises:
        Forbidden: the step is a reviewer's and the actor is none, or may not write.
        ListStepNotAllowed: the list's state does not allow it, or what is submitted does not hold
            together.
        OwnRequest: who submitted the list would publish it.
    """
    step, before = STEPS[payload.step], {"status": duty_list.status}
    require_step(uow, step, duty_list.organization_id)
    STEPS.refuse_state(payload.step, ListStatus(duty_list.status))
    step.refuse_own(uow.actor, duty_list.submitted_by)
    if payload.step == ListStep.PUBLISH:
        publish(uow, [duty_list])
        return
    if payload.step == ListStep.SUBMIT:
        _holds_together(uow, duty_list)
        duty_list.submitted_by = uow.actor.user_id
    duty_list.status = step.target
    uow.touch(duty_list)
    if payload.step == ListStep.REOPEN:
        generate(uow, [duty_list])
    note_change(uow, payload.step, duty_list, before, {"status": step.target, "note": payload.note})


def publish(
    uow: UnitOfWork, lists: Sequence[DutyList], progress: Callable[[int], None] | None = None
) -> int:
    """Publish lists and make what falls due from them; returns how many occurrences."""
    for duty_list in lists:
        before = {"status": duty_list.status}
        duty_list.status = ListStatus.PUBLISHED
        duty_list.published_at, duty_list.published_by_name = uow.now(), uow.actor.name
        duty_list.updated_at = uow.now()
        note_change(uow, ListStep.PUBLISH, duty_list, before, {"status": duty_list.status})
    uow.session.flush()
    return generate(uow, lists, progress)


def _holds_together(uow: UnitOfWork, duty_list: DutyList) -> None:
    """Insist on lines, on events that may happen, and on one's own lines knowing the others."""
    lines = uow.session.scalars(queries.duties_of([duty_list.id])).all()
    if not lines:
        raise ListStepNotAllowed("清单还没有责任项，请先加入责任项再提交。")
    contents = [DutyWrite.model_validate(line.content) for line in lines]
    codes = {content.code for content in contents}
    messages = [
        flaw.message
        for line, content in zip(lines, contents, strict=True)
        for flaw in flaws_beside_others(content, contents, codes)
        if line.rule_set is None or flaw.path.startswith("due")
    ]
    if messages:
        raise ListStepNotAllowed(f"{'；'.join(messages)}。请先更正，再提交。")


def amend(uow: UnitOfWork, duty_list: DutyList, payload: AmendmentWrite) -> ListAmendment:
    """Change a published list from a day on: the days before it keep what they had.

    Raises:
        ListNotPublished: it is still a draft, or closed.
        NotFound: a line to be replaced or ended is not there.
        DutyCodeTaken: a line to be added is there already.
    """
    require(uow, Permission.REVIEW, duty_list.organization_id)
    if duty_list.status != ListStatus.PUBLISHED:
        raise ListNotPublished("只有已公布、未办结的清单可以调整。")
    _check_day(uow, duty_list, payload.effective_on)
    lines = {
        duty.code: duty
        for duty in uow.session.scalars(queries.duties_of([duty_list.id]))
        if duty.effective_until.year > duty_list.year
    }
    changes = _end_and_replace(uow, duty_list, payload, lines)
    for position, duty in enumerate(payload.add):
        _checked(uow, duty_list, duty, f"#/add/{position}")
        append_duty(uow, duty_list, duty, payload.effective_on)
    _check_references(uow, duty_list, payload)
    amendment = _amendment(uow, duty_list, payload, changes)
    uow.touch(duty_list)
    generate(uow, [duty_list])
    note_change(uow, "amended", duty_list, None, payload.model_dump(mode="json"))
    return amendment


def _check_day(uow: UnitOfWork, duty_list: DutyList, day: date) -> None:
    zone = uow.session.get_one(Organization, duty_list.organization_id).time_zone
    first = date(duty_list.year, 1, 1) + timedelta(days=1)
    if day.year != duty_list.year or day < first:
        message = f"生效日期应在 {duty_list.year} 年 1 月 2 日至 12 月 31 日之间"
        raise ValidationFailed.at("#/effective_on", "outside_the_year", message)
    if day < uow.today(zone):
        message = "调整不能改变过去，生效日期不能早于今天；已过去的事项可以申请免除"
        raise ValidationFailed.at("#/effective_on", "in_the_past", message)


def _end_and_replace(
    uow: UnitOfWork, duty_list: DutyList, payload: AmendmentWrite, lines: dict[str, Duty]
) -> dict[str, Any]:
    ended = [(code, f"#/end/{at}") for at, code in enumerate(payload.end)]
    replaced = [(duty.code, f"#/replace/{at}/code") for at, duty in enumerate(payload.replace)]
    for code, pointer in (*ended, *replaced):
        if code not in lines:
            raise NotFound.at(f"清单中没有代码为 {code} 的有效责任项。", pointer=pointer)
        if lines[code].effective_from >= payload.effective_on:
            message = f"{code} 从 {lines[code].effective_from} 起才有效，调整应晚于这一天"
            raise ValidationFailed.at("#/effective_on", "out_of_order", message)
        lines[code].effective_until = payload.effective_on
    uow.session.flush()
    for position, duty in enumerate(payload.replace):
        _checked(uow, duty_list, duty, f"#/replace/{position}")
        new = append_duty(uow, duty_list, duty, payload.effective_on)
        new.position = lines[duty.code].position
    return {
        "added": [duty.code for duty in payload.add],
        "replaced": [duty.code for duty in payload.replace],
        "ended": list(payload.end),
    }


def _check_references(uow: UnitOfWork, duty_list: DutyList, payload: AmendmentWrite) -> None:
    """Refuse new lines that wait for, or share with, what the list does not have."""
    lines = uow.session.scalars(queries.duties_of([duty_list.id])).all()
    contents = [
        DutyWrite.model_validate(line.content)
        for line in lines
        if line.effective_until.year > duty_list.year
    ]
    codes = {line.code for line in lines}
    flaws = [
        FieldError(flaw.code, flaw.message, pointer=f"#/{name}/{position}/{flaw.path}")
        for name, new in (("add", payload.add), ("replace", payload.replace))
        for position, duty in enumerate(new)
        for flaw in flaws_beside_others(duty, contents, codes)
    ]
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)


def _checked(uow: UnitOfWork, duty_list: DutyList, payload: DutyWrite, pointer: str) -> None:
    try:
        check_duty(uow, duty_list, payload)
    except ValidationFailed as error:
        flaws = [
            FieldError(flaw.code, flaw.detail, pointer=pointer + (flaw.pointer or "#")[1:])
            for flaw in error.flaws
        ]
        raise ValidationFailed(error.detail, flaws=flaws) from error


def _amendment(
    uow: UnitOfWork, duty_list: DutyList, payload: AmendmentWrite, changes: dict[str, Any]
) -> ListAmendment:
    last = uow.session.scalar(
        select(func.max(ListAmendment.number)).where(ListAmendment.list_id == duty_list.id)
    )
    amendment = ListAmendment(
        id=new_id(),
        list_id=duty_list.id,
        number=(last or 0) + 1,
        effective_on=payload.effective_on,
        reason=payload.reason,
        changes=changes,
        made_at=uow.now(),
        made_by_name=uow.actor.name,
    )
    uow.session.add(amendment)
    uow.session.flush()
    return amendment
