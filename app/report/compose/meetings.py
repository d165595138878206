"""Meetings: group study, special meetings, 三会一课 and all others."""

from collections.abc import Sequence

from app.meetings.rules import MeetingType
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Slots, by_key, grouped, join_clauses
from app.report.compose.wording import MEETING_NAMES, SPECIAL_TOPICS
from app.report.compose.writer import Writer, days_of, features_of, months, span
from app.report.facts import Fact

THEME_DAY = MeetingType.THEME_PARTY_DAY
THREE_MEETINGS = (
    MeetingType.MEMBER_ASSEMBLY,
    MeetingType.COMMITTEE_MEETING,
    MeetingType.GROUP_MEETING,
)
ROUTINE_TYPES = (*THREE_MEETINGS, THEME_DAY)
_MONTHLY_FROM = 3
_TELLING_ATTENDANCE = 0.8
_TELLING_MEETINGS = 3
_MONTHS_IN_BRACKETS = 4
_STUDY_ENDINGS = ("专题学习", "集中学习", "学习研讨", "学习")
_STUDY_NAMES = frozenset({"", "中心组", "理论学习中心组", "理论", "党总支中心组", "党委中心组"})

_EACH_QUARTER = "（各季度均有安排）"
# Titles that tell only that it was a lecture.
_LECTURE_NAMES = frozenset({"党课", "专题党课", "书记党课", "书记讲党课", "讲党课"})


def studies(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell theoretical study of the central group, with what was studied."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        themes = _themes(group)
        features = features_of(group) | ({"themes"} if themes else set())
        if len(themes) == 1 < len(group):
            features.add("same")
        slots: Slots = {
            **writer.doers(agent, "chair"),
            "span": span(group),
            "count": writer.counting.records(group, "次", "理论学习中心组学习"),
            "themes": wording.names(themes),
            "attendance": _attendance(writer, group),
        }
        clause = writer.phrase("study", features, slots)
        sentences.append(writer.sentence(f"{prefix}.study.{agent.code}", clause, group))
    return sentences


def _themes(facts: Sequence[Fact]) -> list[str]:
    """Return what was studied, once each; nothing when a title tells only that it was a study."""
    themes = []
    for fact in facts:
        title = wording.stem(fact.title)
        ending = next((end for end in _STUDY_ENDINGS if title.endswith(end)), None)
        theme = title.removesuffix(ending) if ending else wording.quoted(title)
        if theme in _STUDY_NAMES:
            return []
        themes.append(theme)
    return list(dict.fromkeys(themes))


def specials(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell special meetings by topic: 三次A、两次B和两次C, with their months."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        topics = grouped(group, lambda fact: fact.topic, SPECIAL_TOPICS)
        features = {"kinds"} if len(topics) > 1 else set()
        if all("halves" in features_of(members) for _, members in topics):
            features.add("halves")
        meetings = [
            writer.counting.records(members, "次", SPECIAL_TOPICS[topic])
            + SPECIAL_TOPICS[topic]
            + _bracketed(members)
            for topic, members in topics
        ]
        slots: Slots = {
            **writer.doers(agent, "chair"),
            "during": wording.during(writer.fact_set),
            "meetings": join_clauses(meetings),
            "attendance": _attendance(writer, group),
        }
        clause = writer.phrase("special", features, slots)
        sentences.append(writer.sentence(f"{prefix}.special.{agent.code}", clause, group))
    return sentences


def _bracketed(facts: Sequence[Fact]) -> str:
    days = days_of(facts)
    if len(days) < len(facts) or len(facts) > _MONTHS_IN_BRACKETS:
        return ""
    return "（" + "、".join(f"{month}月" for month in wording.months_of(days)) + "）"


def _months_by_organization(writer: Writer, facts: Sequence[Fact]) -> list[set[int]]:
    """Return each organisation's months; one in scope without facts has none."""
    by_name: dict[str, set[int]] = {}
    if any(not writer.is_own(fact) for fact in facts):
        by_name = {name: set() for name in writer.fact_set.branch_names}
    for fact in facts:
        held = by_name.setdefault(fact.organization_name, set())
        if fact.day:
            held.add(fact.day.month)
    return list(by_name.values())


def _coverage(writer: Writer, facts: Sequence[Fact], verb: str) -> str:
    """Return 逐月 or 各季度 only when it holds for every organisation in scope."""
    covered = _months_by_organization(writer, facts)
    first, last = writer.fact_set.days
    as_of = writer.fact_set.as_of
    end = last.month + 1 if as_of > last else as_of.month
    whole, passed = range(first.month, last.month + 1), range(first.month, end)
    each = "均" if len(covered) > 1 else ""
    if all(held >= set(whole) for held in covered):
        return f"（{each}逐月{verb}）"
    if len(passed) >= _MONTHLY_FROM and all(held >= set(passed) for held in covered):
        return f"（{first.month}月至{end - 1}月{each}逐月{verb}）"
    quarters = set(map(wording.quarter, whole))
    if len(quarters) > 1 and all(set(map(wording.quarter, held)) == quarters for held in covered):
        return _EACH_QUARTER
    return ""


def routines(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell 三会 and theme days with how they cover the year; what the reporter chaired apart."""
    sentences = []
    for is_own in (True, False):
        group = [fact for fact in facts if writer.is_own(fact) is is_own]
        if not group:
            continue
        agent = writer.holder(group)
        kinds = [members for _, members in grouped(group, lambda fact: fact.type, ROUTINE_TYPES)]
        is_joint = len(kinds) > 1 and all(
            _coverage(writer, members, "") == _EACH_QUARTER for members in kinds
        )
        halves = [
            _held(writer, verb, chosen, covered=not is_joint)
            for verb, is_day in (("召开", False), ("开展", True))
            if (chosen := [rows for rows in kinds if (rows[0].type == THEME_DAY) is is_day])
        ]
        meetings = join_clauses(halves, "；", "；")
        slots: Slots = {
            **writer.doers(agent, "plain"),
            "period": writer.period,
            "meetings": meetings + ("，以上各季度均有安排" if is_joint else ""),
        }
        features = {"several"} if len(kinds) > 1 else set()
        clause = writer.phrase("routine", features, slots)
        sentences.append(writer.sentence(f"{prefix}.routine.{agent.code}", clause, group))
    return sentences


def _held(writer: Writer, verb: str, kinds: Sequence[Sequence[Fact]], *, covered: bool) -> Clause:
    clauses = [
        writer.counting.named(MEETING_NAMES[members[0].type], members, "次")
        + (_coverage(writer, members, verb) if covered else "")
        for members in kinds
    ]
    facts = [fact for members in kinds for fact in members]
    return verb + join_clauses(clauses) + _chaired(writer, facts) + _attendance(writer, facts)


def _chaired(writer: Writer, facts: Sequence[Fact]) -> Clause:
    chaired = [fact for fact in facts if writer.is_reporter(fact)]
    if not chaired:
        return Clause()
    if len(chaired) == len(facts):
        return Clause(f"，由{writer.reporter}主持")
    return f"，其中{writer.reporter}主持" + writer.counting.records(chaired, "次", "主持")


def lectures(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell party lectures: one's own with their titles, those of organisations below by number."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        features = features_of(group)
        titles = list(dict.fromkeys(wording.quoted(fact.title) for fact in group))
        is_telling = not any(wording.stem(fact.title) in _LECTURE_NAMES for fact in group)
        is_listed = is_telling and len(titles) == len(group) <= wording.NAMES_LIMIT
        if agent.role != "below" and is_listed:
            features.add("titles")
        slots: Slots = {
            **writer.doers(agent, "give"),
            "when": months(group),
            "count": writer.counting.records(group, "次", "党课"),
            "titles": wording.names(titles),
            "attendance": _attendance(writer, group),
        }
        clause = writer.phrase("lecture", features, slots)
        sentences.append(writer.sentence(f"{prefix}.lecture.{agent.code}", clause, group))
    return sentences


def others(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell all other meetings by type, each with its number and months."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        is_one_month = features_of(group) & {"dated", "spread"} == {"dated"}
        kinds = by_key(group, _name_of)
        is_cut = len(kinds) > wording.NAMES_LIMIT
        shown = list(kinds.items())[: wording.NAMES_SHOWN if is_cut else None]
        clauses = [
            writer.counting.named(name, members, "次")
            + ("" if is_one_month else _bracketed(members))
            for name, members in shown
        ]
        meetings = join_clauses(clauses, last="、" if is_cut else "和")
        if is_cut:
            meetings += "等会议" + writer.counting.records(group, "次", "会议")
        slots: Slots = {**writer.doers(agent, "hold"), "meetings": meetings, "when": months(group)}
        features = {"dated"} if is_one_month else set()
        if len(kinds) > 1:
            features.add("kinds")
        clause = writer.phrase("meeting", features, slots)
        sentences.append(writer.sentence(f"{prefix}.meeting.{agent.code}", clause, group))
    return sentences


def _name_of(fact: Fact) -> str:
    return MEETING_NAMES.get(fact.type) or wording.named(wording.stem(fact.title))


def _attendance(writer: Writer, facts: Sequence[Fact]) -> Clause:
    """Return attendance where it says something: all came each time, or fewer than four fifths."""
    expected = [(fact, fact.expected) for fact in facts if fact.expected]
    present = [(fact, fact.present) for fact in facts if fact.present is not None]
    if not facts or not len(expected) == len(present) == len(facts):
        return Clause()
    if expected == present:
        return Clause("，每次均全员到会" if len(facts) >= _TELLING_MEETINGS else "")
    came = sum(number for _, number in present)
    if 0 < came < sum(number for _, number in expected) * _TELLING_ATTENDANCE:
        counting = writer.counting
        people = counting.person_sum(expected, "应到"), counting.person_sum(present, "实到")
        return "，应到" + people[0] + "、实到" + people[1]
    return Clause()
