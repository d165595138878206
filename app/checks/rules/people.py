"""Where people were: two meetings at one time, people who had left or not yet joined."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from itertools import groupby
from typing import NamedTuple

from app.checks.facts import Context, Record
from app.checks.findings import Finding, Rule, RuleCode, Severity, about
from app.meetings.rules import MeetingType

NAMES_SHOWN = 3
# Practice holds these together and logs them apart: the same people at one time are no slip.
HELD_TOGETHER = frozenset(
    {
        frozenset({MeetingType.ORGANIZATIONAL_LIFE_MEETING, MeetingType.DEMOCRATIC_APPRAISAL}),
        frozenset({MeetingType.PARTY_LECTURE, MeetingType.MEMBER_ASSEMBLY}),
        frozenset({MeetingType.PARTY_LECTURE, MeetingType.GROUP_MEETING}),
    }
)

PERSON_IN_TWO_MEETINGS = Rule(
    RuleCode.PERSON_IN_TWO_MEETINGS,
    Severity.ATTENTION,
    "同一人同时在两个会议",
    "一个人不会同时出现在两个时间重叠的会议上；合并召开、分别登记的会议不在此列。",
    "请核对两个会议的起止时间和到会名单；如是同名的两人，请从花名册选择。",
)
PERSON_NOT_ON_ROSTER = Rule(
    RuleCode.PERSON_NOT_ON_ROSTER,
    Severity.ATTENTION,
    "有关人员当日不在册",
    "主持人、记录人、主讲人和到会名单中的党员，会议当日应在花名册上：已转入、未转出。",
    "请核对会议日期、人员姓名和花名册上的转入转出日期。",
)


class _Stay(NamedTuple):
    day: date
    starts_at: time
    ends_at: time
    meeting: Record


def person_in_two_meetings(context: Context) -> Iterator[Finding]:
    """People at two meetings whose times overlap, in one organisation or in two."""
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
    pairs: dict[frozenset[Record], set[str]] = {}
    for key, there in stays.items():
        for one, two in _overlaps(there):
            pairs.setdefault(frozenset({one, two}), set()).add(names[key])
    for pair, people in pairs.items():
        one, two = sorted(pair, key=lambda meeting: (meeting.starts_at, meeting.id))
        if not _held_together(one, two):
            yield about(context, PERSON_IN_TWO_MEETINGS, _clash(context, one, two, people), *pair)


def _people(context: Context, meeting: Record) -> Mapping[str, str]:
    """Who was there, by a key: those listed as present, and those who led or wrote."""
    leading = (meeting.chair, meeting.recorder, meeting.lecturer)
    listed = {
        str(person.member_id) if person.member_id else _key(context, meeting, person.name): (
            person.name
        )
        for person in meeting.attendance
        if person.present
    }
    return {_key(context, meeting, name): name for name in leading if name} | listed


def _key(context: Context, meeting: Record, name: str) -> str:
    """The roster's id of a bare name that is nobody else's; otherwise the name in this place."""
    assert meeting.happened_on is not None
    there = [entry for entry in context.named(name) if entry.was_there(meeting.happened_on)]
    own = [entry for entry in there if entry.organization_id == meeting.organization_id]
    candidates = own or there
    if len(candidates) == 1:
        return str(candidates[0].id)
    return f"{meeting.organization_id}/{name}"


def _overlaps(stays: list[_Stay]) -> Iterator[tuple[Record, Record]]:
    """The pairs of meetings of one person that overlap; touching ones do not."""
    ordered = sorted(stays, key=lambda stay: (*stay[:3], stay.meeting.id))
    for _, of_day in groupby(ordered, key=lambda stay: stay.day):
        running: list[_Stay] = []
        for stay in of_day:
            begun = stay.starts_at
            running = [one for one in running if one.ends_at > begun or one.starts_at == begun]
            for one in running:
                yield one.meeting, stay.meeting
            running.append(stay)


def _held_together(one: Record, two: Record) -> bool:
    if one.organization_id != two.organization_id or one.type == two.type:
        return False
    types = frozenset({MeetingType(one.type), MeetingType(two.type)})
    return MeetingType.THEME_PARTY_DAY in types or types in HELD_TOGETHER


def _clash(context: Context, one: Record, two: Record, people: set[str]) -> str:
    ordered = sorted(people)
    who = "、".join(ordered[:NAMES_SHOWN])
    if len(ordered) > NAMES_SHOWN:
        who = f"{who}等{len(ordered)}人"
    both = "与".join(_told(context, meeting) for meeting in (one, two))
    return f"{both}时间重叠，{who}同时在两个会议上。"


def _told(context: Context, meeting: Record) -> str:
    assert meeting.starts_at is not None
    span = meeting.starts_at.strftime("%H:%M")
    if meeting.ends_at:
        span = f"{span}—{meeting.ends_at.strftime('%H:%M')}"
    place = context.places[meeting.organization_id].name
    return f"{place}{meeting.label}（{meeting.happened_on} {span}）"


def person_not_on_roster(context: Context) -> Iterator[Finding]:
    """People on a meeting whom the organisation's roster had no more, or not yet, on its day."""
    for meeting in context.meetings():
        words = list(dict.fromkeys(_absent_from_roster(context, meeting)))
        if words:
            more = f"等{len(words)}人" if len(words) > NAMES_SHOWN else ""
            told = f"{'；'.join(words[:NAMES_SHOWN])}{more}"
            text = f"{meeting.label}（{meeting.happened_on}）：{told}。"
            yield about(context, PERSON_NOT_ON_ROSTER, text, meeting)


def _absent_from_roster(context: Context, meeting: Record) -> Iterator[str]:
    day = meeting.happened_on
    assert day is not None
    roles = (
        ("主持人", meeting.chair),
        ("记录人", meeting.recorder),
        ("主讲人", meeting.lecturer),
        *(("到会人员", person.name) for person in meeting.attendance if person.present),
    )
    told = set()
    for role, name in roles:
        if name is None or name in told:
            continue
        told.add(name)
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
