"""Meetings: group study, special meetings, 三会一课 and all others, plus quarterly assessment."""

from collections.abc import Sequence

from app.meetings.rules import MeetingType
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose import wording as periods
from app.report.compose.counts import Clause, Slots, grouped, join_clauses
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


def studies(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """Theoretical study of the central group, with what was studied."""
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
        sentences.append(writer.sentence(f"{where}.study.{agent.code}", clause, group))
    return sentences


def _themes(facts: Sequence[Fact]) -> list[str]:
    """What was studied, once each; nothing when a title tells only that it was a study."""
    themes = []
    for fact in facts:
        title = wording.stem(fact.title)
        ending = next((end for end in _STUDY_ENDINGS if title.endswith(end)), None)
        theme = title.removesuffix(ending) if ending else wording.quoted(title)
        if theme in _STUDY_NAMES:
            return []
        themes.append(theme)
    return list(dict.fromkeys(themes))


def specials(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """Special meetings joined by topic: 三次A、两次B和两次C, with their months."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        topics = [members for _, members in grouped(group, lambda fact: fact.topic, SPECIAL_TOPICS)]
        features = {"kinds"} if len(topics) > 1 else set()
        if all("halves" in features_of(members) for members in topics):
            features.add("halves")
        meetings = [
            writer.counting.records(members, "次", SPECIAL_TOPICS[members[0].topic])
            + SPECIAL_TOPICS[members[0].topic]
            + _bracketed(members)
            for members in topics
        ]
        slots: Slots = {
            **writer.doers(agent, "chair"),
            "during": periods.during(writer.fact_set),
            "meetings": join_clauses(meetings),
            "attendance": _attendance(writer, group),
        }
        clause = writer.phrase("special", features, slots)
        sentences.append(writer.sentence(f"{where}.special.{agent.code}", clause, group))
    return sentences


def _bracketed(facts: Sequence[Fact]) -> str:
    days = days_of(facts)
    if len(days) < len(facts) or len(facts) > _MONTHS_IN_BRACKETS:
        return ""
    found = wording.months_of(days)
    return "（" + "、".join(f"{month}月" for month in found) + "）"


def _everyone(writer: Writer, facts: Sequence[Fact]) -> list[list[Fact]]:
    """The facts by organisation; an organisation in scope without facts has an empty list."""
    owners = {fact.organization_name for fact in facts}
    if any(not writer.is_own(fact) for fact in facts):
        owners |= set(writer.fact_set.branch_names)
    return [[fact for fact in facts if fact.organization_name == owner] for owner in sorted(owners)]


def _coverage(writer: Writer, facts: Sequence[Fact], verb: str) -> str:
    """逐月 or 各季度 only when it holds for every organisation in scope."""
    covered = [set(wording.months_of(days_of(group))) for group in _everyone(writer, facts)]
    first, last = writer.fact_set.days
    as_of = writer.fact_set.as_of
    end = last.month + 1 if as_of > last else as_of.month
    whole, passed = range(first.month, last.month + 1), range(first.month, end)
    each = "均" if len(covered) > 1 else ""
    if all(found >= set(whole) for found in covered):
        return f"（{each}逐月{verb}）"
    if len(passed) >= _MONTHLY_FROM and all(found >= set(passed) for found in covered):
        return f"（{first.month}月至{end - 1}月{each}逐月{verb}）"
    quarters = {_quarter(month) for month in whole}
    if len(quarters) > 1 and all({_quarter(m) for m in found} == quarters for found in covered):
        return _EACH_QUARTER
    return ""


def _quarter(month: int) -> int:
    return (month + 2) // 3


def routines(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """三会 and theme days with how they cover the year; what the reporter chaired is told apart."""
    sentences = []
    for is_own in (True, False):
        group = [fact for fact in facts if writer.is_own(fact) is is_own]
        if not group:
            continue
        agent = writer.holder(group)
        kinds = [members for _, members in grouped(group, lambda fact: fact.type, ROUTINE_TYPES)]
        together = len(kinds) > 1 and all(
            _coverage(writer, kind, "") == _EACH_QUARTER for kind in kinds
        )
        halves = [
            _held(writer, verb, chosen, covered=not together)
            for verb, is_day in (("召开", False), ("开展", True))
            if (chosen := [kind for kind in kinds if (kind[0].type == THEME_DAY) is is_day])
        ]
        meetings = join_clauses(halves, "；", "；")
        slots: Slots = {
            **writer.doers(agent, "plain"),
            "period": writer.period,
            "meetings": meetings + ("，以上各季度均有安排" if together else ""),
        }
        features = {"several"} if len(kinds) > 1 else set()
        clause = writer.phrase("routine", features, slots)
        sentences.append(writer.sentence(f"{where}.routine.{agent.code}", clause, group))
    return sentences


def _held(writer: Writer, verb: str, kinds: Sequence[Sequence[Fact]], *, covered: bool) -> Clause:
    clauses = [
        MEETING_NAMES[members[0].type]
        + writer.counting.records(members, "次", MEETING_NAMES[members[0].type])
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


def lectures(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """Party lectures: what the reporter gave with its titles, what was organised as a number."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        features = features_of(group)
        titles = list(dict.fromkeys(wording.quoted(fact.title) for fact in group))
        is_telling = not any(wording.stem(fact.title) in _LECTURE_NAMES for fact in group)
        is_short = is_telling and len(titles) == len(group) <= wording.NAMES_LIMIT
        if agent.role != "below" and is_short:
            features.add("titles")
        slots: Slots = {
            **writer.doers(agent, "give"),
            "when": months(group),
            "count": writer.counting.records(group, "次", "党课"),
            "titles": wording.names(titles),
            "attendance": _attendance(writer, group),
        }
        clause = writer.phrase("lecture", features, slots)
        sentences.append(writer.sentence(f"{where}.lecture.{agent.code}", clause, group))
    return sentences


def others(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """All other meetings by type, each with its number and months."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        one_month = "dated" in features_of(group) and "spread" not in features_of(group)
        kinds: dict[str, list[Fact]] = {}
        for fact in group:
            name = MEETING_NAMES.get(fact.type) or wording.named(wording.stem(fact.title))
            kinds.setdefault(name, []).append(fact)
        shown = list(kinds.items())
        rest = []
        if len(shown) > wording.NAMES_LIMIT:
            shown, rest = shown[: wording.NAMES_SHOWN], shown[wording.NAMES_SHOWN :]
        clauses = [
            name
            + writer.counting.records(members, "次", name)
            + ("" if one_month else _bracketed(members))
            for name, members in shown
        ]
        meetings = join_clauses(clauses, last="、" if rest else "和")
        if rest:
            meetings += "等会议" + writer.counting.records(group, "次", "会议")
        slots: Slots = {**writer.doers(agent, "hold"), "meetings": meetings, "when": months(group)}
        features = {"dated"} if one_month else set()
        if len(kinds) > 1:
            features.add("kinds")
        clause = writer.phrase("meeting", features, slots)
        sentences.append(writer.sentence(f"{where}.meeting.{agent.code}", clause, group))
    return sentences


def _attendance(writer: Writer, facts: Sequence[Fact]) -> Clause:
    """Attendance when it tells something: everybody came each time, or fewer than four fifths."""
    known = [
        (fact, fact.expected, fact.present)
        for fact in facts
        if fact.expected and fact.present is not None
    ]
    if not known or len(known) < len(facts):
        return Clause()
    expected = sum(row[1] for row in known)
    present = sum(row[2] for row in known)
    if all(row[1] == row[2] for row in known):
        return Clause("，每次均全员到会" if len(known) >= _TELLING_MEETINGS else "")
    if present and present < expected * _TELLING_ATTENDANCE:
        counting = writer.counting
        should = counting.person_sum([(row[0], row[1]) for row in known], "应到")
        came = counting.person_sum([(row[0], row[2]) for row in known], "实到")
        return "，应到" + should + "、实到" + came
    return Clause()
