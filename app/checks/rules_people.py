"""Rules of the examination on people: their numbers at meetings, and who was where."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from itertools import groupby
from typing import NamedTuple

from app.checks.context import Ballot, ExaminationContext, ExaminedRecord
from app.checks.findings import (
    ExaminationRule,
    Findings,
    Severity,
    about,
    all_records,
    each_meeting,
    stated_about,
)
from app.meetings.rules import BallotKind, MeetingType, quorum_met, vote_quorum_met

NAMES_SHOWN = 3
# Practice holds these together and logs them apart: the same people at one time are no slip.
HELD_TOGETHER = frozenset(
    {
        frozenset({MeetingType.ORGANIZATIONAL_LIFE_MEETING, MeetingType.DEMOCRATIC_APPRAISAL}),
        frozenset({MeetingType.PARTY_LECTURE, MeetingType.MEMBER_ASSEMBLY}),
        frozenset({MeetingType.PARTY_LECTURE, MeetingType.GROUP_MEETING}),
    }
)


@each_meeting(
    Severity.SERIOUS,
    "到会人数多于应到人数",
    "到会人数不会多于应到人数，表决时到会的有表决权人数不会多于会议到会人数。",
    "请核对应到、实到和表决人数；列席人员不计入实到。",
)
def present_over_expected(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find meetings and votes with more people than could have come."""
    yield from stated_about(meeting, *_over(meeting), *_over_in_ballots(meeting))


def _over(meeting: ExaminedRecord) -> Iterator[str]:
    listed = sum(person.present for person in meeting.attendance) if meeting.attendance else None
    pairs = (
        ("实到", meeting.present, "应到", meeting.expected),
        ("名单上到会", listed, "应到", meeting.expected),
        ("到会有表决权", meeting.present_eligible, "有表决权", meeting.vote_eligible),
        ("到会有表决权", meeting.present_eligible, "实到", meeting.present),
    )
    for label, came, limit_label, limit in pairs:
        if came is not None and limit is not None and came > limit:
            yield f"{label}{came}人，{limit_label}{limit}人，多{came - limit}人"


def _over_in_ballots(meeting: ExaminedRecord) -> Iterator[str]:
    label, limit = "会议到会有表决权", meeting.present_eligible
    if limit is None:
        label, limit = "会议实到", meeting.present
    for ballot in meeting.ballots:
        came = ballot.present_eligible
        if limit is not None and came > limit:
            yield (
                f"表决“{ballot.matter}”时到会有表决权{came}人，{label}{limit}人，多{came - limit}人"
            )


@each_meeting(
    Severity.ATTENTION,
    "到会名单与人数不一致",
    "名单上的人数应等于填写的应到人数，其中到会的应等于实到人数。",
    "请对照签到表补全名单或更正人数。",
)
def attendance_list_differs(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find attendance lists that have not as many names as the numbers say."""
    if not meeting.attendance:
        return
    came = sum(person.present for person in meeting.attendance)
    pairs = (
        ("名单", len(meeting.attendance), "应到", meeting.expected),
        ("名单上到会", came, "实到", meeting.present),
    )
    clauses = [
        f"{label}{listed}人，填写的{name}{stated}人，相差{abs(listed - stated)}人"
        for label, listed, name, stated in pairs
        if stated is not None and listed != stated
    ]
    yield from stated_about(meeting, *clauses)


@each_meeting(
    Severity.SERIOUS,
    "到会人数未达到规定",
    "党员大会到会有表决权人数应达到应到会的半数，支委会到会委员应达到半数，"
    "民主生活会到会人数应达到应到的三分之二。",
    "请核对人数；确未达到的，会议形成的决议需要重新研究。",
)
def quorum_missed(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find meetings that too few attended (支部工作条例第十一条, 民主生活会若干规定, practice)."""
    met = quorum_met(
        MeetingType(meeting.type),
        expected=meeting.expected,
        present=meeting.present,
        eligible=meeting.vote_eligible,
        present_eligible=meeting.present_eligible,
    )
    if met is False:
        yield from stated_about(meeting, _quorum_arithmetic(meeting))


def _quorum_arithmetic(meeting: ExaminedRecord) -> str:
    """State the numbers that ``quorum_met`` has compared: none of them is missing."""
    if meeting.type == MeetingType.MEMBER_ASSEMBLY:
        came, due = meeting.present_eligible or 0, meeting.vote_eligible or 0
        return f"有表决权{due}人，到会{came}人，{came}×2={came * 2}，小于{due}，未达到半数"
    came, due = meeting.present or 0, meeting.expected or 0
    if meeting.type == MeetingType.COMMITTEE_MEETING:
        return f"应到{due}人，实到{came}人，{came}×2={came * 2}，小于{due}，未达到半数"
    return f"应到{due}人，实到{came}人，{came}×3={came * 3}，小于{due}×2={due * 2}，未达到三分之二"


@each_meeting(
    Severity.SERIOUS,
    "表决时到会人数未达到规定",
    "一般表决到会有表决权人数应达到应到会的半数，选举应达到五分之四。",
    "请核对表决人数；确未达到的，该项表决需要重新进行。",
)
def ballot_quorum_missed(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find votes that too few took part in: under half, at an election under four fifths.

    支部工作条例第十一条; of elections, practice.
    """
    clauses = [
        _ballot_arithmetic(ballot)
        for ballot in meeting.ballots
        if vote_quorum_met(ballot.present_eligible, ballot.eligible, BallotKind(ballot.kind))
        is False
    ]
    yield from stated_about(meeting, *clauses)


def _ballot_arithmetic(ballot: Ballot) -> str:
    came, due = ballot.present_eligible, ballot.eligible
    start = f"“{ballot.matter}”应到会有表决权{due}人，到会{came}人"
    if ballot.kind == BallotKind.ELECTION:
        return f"{start}，{came}×5={came * 5}，小于{due}×4={due * 4}，选举未达到五分之四"
    return f"{start}，{came}×2={came * 2}，小于{due}，未达到半数"


@each_meeting(
    Severity.ATTENTION,
    "表决票数与到会人数不符",
    "赞成、反对、弃权之和应等于到会有表决权人数。",
    "请核对计票结果；有人未投票的，请计入弃权或写明原因。",
)
def votes_do_not_add_up(_: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find votes whose parts do not add up to the number of those who could vote."""
    clauses = [
        f"“{ballot.matter}”赞成{ballot.yes}+反对{ballot.no}+弃权{ballot.abstained}"
        f"={total}，到会有表决权{ballot.present_eligible}人"
        for ballot in meeting.ballots
        if (total := ballot.yes + ballot.no + ballot.abstained) != ballot.present_eligible
    ]
    yield from stated_about(meeting, *clauses)


@each_meeting(
    Severity.ATTENTION,
    "民主评议各等次人数之和不符",
    "优秀、合格、基本合格、不合格人数之和应等于应到、实到或在册党员人数。",
    "请对照评议结果汇总表核对各等次人数。",
)
def appraisal_does_not_add_up(
    context: ExaminationContext, meeting: ExaminedRecord
) -> Iterator[str]:
    """Find appraisals whose grades add up to no known number of people."""
    if meeting.appraisal is None:
        return
    known = _known_numbers(context, meeting)
    total = sum(meeting.appraisal)
    if known and total not in known.values():
        parts = "+".join(str(part) for part in meeting.appraisal)
        numbers = "、".join(f"{name}{number}人" for name, number in known.items())
        clause = f"各等次{parts}={total}人，与{numbers}都不相符"
        yield from stated_about(meeting, clause)


def _known_numbers(context: ExaminationContext, meeting: ExaminedRecord) -> dict[str, int]:
    assert meeting.happened_on is not None
    members = [
        entry
        for entry in context.roster_of(meeting.organization_id)
        if entry.was_there(meeting.happened_on)
    ]
    numbers = {
        "应到": meeting.expected,
        "实到": meeting.present,
        "在册党员": len(members) or None,
        "在册正式党员": sum(member.is_full for member in members) or None,
    }
    return {name: number for name, number in numbers.items() if number is not None}


class _Stay(NamedTuple):
    day: date
    starts_at: time
    ends_at: time
    meeting: ExaminedRecord


@all_records(
    Severity.ATTENTION,
    "同一人同时在两个会议",
    "一个人不会同时出现在两个时间重叠的会议上；合并召开、分别登记的会议不在此列。",
    "请核对两个会议的起止时间和到会名单；如是同名的两人，请从花名册选择。",
)
def person_in_two_meetings(context: ExaminationContext, rule: ExaminationRule) -> Findings:
    """Find people at two meetings whose times overlap, in one organisation or in two."""
    stays: dict[str, list[_Stay]] = {}
    names: dict[str, str] = {}
    for meeting in context.meetings():
        if meeting.starts_at is None or meeting.happened_on is None:
            continue
        ends_at = meeting.ends_at or meeting.starts_at
        stay = _Stay(meeting.happened_on, meeting.starts_at, ends_at, meeting)
        for key, name in _people(context, meeting).items():
            stays.setdefault(key, []).append(stay)
            names[key] = name
    pairs: dict[frozenset[ExaminedRecord], set[str]] = {}
    for key, of_person in stays.items():
        for both in _overlaps(of_person):
            pairs.setdefault(frozenset(both), set()).add(names[key])
    for pair, people in pairs.items():
        first, second = sorted(pair, key=lambda meeting: (meeting.starts_at, meeting.id))
        if not _held_together(first, second):
            message = _clash(context, first, second, people)
            yield about(context, rule, message, *pair)


def _people(context: ExaminationContext, meeting: ExaminedRecord) -> Mapping[str, str]:
    """Return the names of who was there, by key: listed as present, leading or recording."""
    leading = (meeting.chair, meeting.recorder, meeting.lecturer)
    listed = {
        str(person.member_id) if person.member_id else _key(context, meeting, person.name): (
            person.name
        )
        for person in meeting.attendance
        if person.present
    }
    return {_key(context, meeting, name): name for name in leading if name} | listed


def _key(context: ExaminationContext, meeting: ExaminedRecord, name: str) -> str:
    """Return the roster's id of a name that one member has; else the name at its organisation."""
    assert meeting.happened_on is not None
    bearers = [entry for entry in context.named(name) if entry.was_there(meeting.happened_on)]
    own = [entry for entry in bearers if entry.organization_id == meeting.organization_id]
    candidates = own or bearers
    if len(candidates) == 1:
        return str(candidates[0].id)
    return f"{meeting.organization_id}/{name}"


def _overlaps(stays: list[_Stay]) -> Iterator[tuple[ExaminedRecord, ExaminedRecord]]:
    """Yield the pairs of meetings of one person that overlap; touching ones do not."""
    ordered = sorted(stays, key=lambda stay: (*stay[:3], stay.meeting.id))
    for _, of_day in groupby(ordered, key=lambda stay: stay.day):
        running: list[_Stay] = []
        for stay in of_day:
            begun = stay.starts_at
            running = [
                earlier
                for earlier in running
                if earlier.ends_at > begun or earlier.starts_at == begun
            ]
            for earlier in running:
                yield earlier.meeting, stay.meeting
            running.append(stay)


def _held_together(first: ExaminedRecord, second: ExaminedRecord) -> bool:
    if first.organization_id != second.organization_id or first.type == second.type:
        return False
    types = frozenset({MeetingType(first.type), MeetingType(second.type)})
    return MeetingType.THEME_PARTY_DAY in types or types in HELD_TOGETHER


def _clash(
    context: ExaminationContext, first: ExaminedRecord, second: ExaminedRecord, people: set[str]
) -> str:
    names = "、".join(sorted(people)[:NAMES_SHOWN])
    if len(people) > NAMES_SHOWN:
        names = f"{names}等{len(people)}人"
    both = "与".join(_meeting_in_words(context, meeting) for meeting in (first, second))
    return f"{both}时间重叠，{names}同时在两个会议上。"


def _meeting_in_words(context: ExaminationContext, meeting: ExaminedRecord) -> str:
    assert meeting.starts_at is not None
    span = meeting.starts_at.strftime("%H:%M")
    if meeting.ends_at:
        span = f"{span}—{meeting.ends_at.strftime('%H:%M')}"
    organization = context.organizations[meeting.organization_id].name
    return f"{organization}{meeting.label}（{meeting.happened_on} {span}）"


@each_meeting(
    Severity.ATTENTION,
    "有关人员当日不在册",
    "主持人、记录人、主讲人和到会名单中的党员，会议当日应在花名册上：已转入、未转出。",
    "请核对会议日期、人员姓名和花名册上的转入转出日期。",
)
def person_not_on_roster(context: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    """Find people at a meeting whom the organisation's roster had no more, or not yet, that day."""
    clauses = list(dict.fromkeys(_absent_from_roster(context, meeting)))
    if clauses:
        total = f"等{len(clauses)}人" if len(clauses) > NAMES_SHOWN else ""
        listed = f"{'；'.join(clauses[:NAMES_SHOWN])}{total}"
        yield f"{meeting.label}（{meeting.happened_on}）：{listed}。"


def _absent_from_roster(context: ExaminationContext, meeting: ExaminedRecord) -> Iterator[str]:
    day = meeting.happened_on
    assert day is not None
    roles = (
        ("主持人", meeting.chair),
        ("记录人", meeting.recorder),
        ("主讲人", meeting.lecturer),
        *(("到会人员", person.name) for person in meeting.attendance if person.present),
    )
    seen = set()
    for role, name in roles:
        if name is None or name in seen:
            continue
        seen.add(name)
        known = context.named(name)
        own = [entry for entry in known if entry.organization_id == meeting.organization_id]
        # Whom no roster here knows may be a guest, and whoever is on another one may be sent.
        if not own or any(entry.was_there(day) for entry in known):
            continue
        latest = max(own, key=lambda entry: (entry.joined_on, entry.id))
        if latest.left_on and latest.left_on < day:
            yield f"{role}{name}已于{latest.left_on}转出"
        else:
            yield f"{role}{name}于{min(entry.joined_on for entry in own)}才转入"
