"""Activities: visits, education, commemorations, reading, training and quarterly assessment."""

from collections.abc import Sequence
from datetime import date

from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Counted, Slots, amount_of, by_key, join_clauses
from app.report.compose.writer import PERSONS, Agent, Writer, days_of, features_of, months
from app.report.facts import Fact

# Who leads people is said with their number; without it nobody is known to have gone along.
_GUIDING = {(True, True): "带领", (True, False): "", (False, True): "组织", (False, False): "组织"}
# A policy with one of these in its title is on assessment.
_POLICY_WORDS = ("考评", "考核", "评价", "定级")


def took_part(writer: Writer, rows: Sequence[Counted], unit: str, label: str = "参加") -> Clause:
    """Return how many took part, only when every row tells it."""
    is_known = all(amount_of(row) for row in rows)
    return writer.counting.amount(rows, unit, label) if is_known else Clause()


def activities(writer: Writer, prefix: str, facts: Sequence[Fact]) -> list[Block]:
    """Tell activities by type and by who did them, in the order of the year."""
    groups = [
        (type_, agent, group)
        for type_ in sorted({fact.type for fact in facts})
        for agent, group in writer.by_agent([fact for fact in facts if fact.type == type_])
    ]
    groups.sort(key=lambda row: (min(days_of(row[2]), default=date.max), row[0], row[1].code))
    sentences = []
    for type_, agent, group in groups:
        write = _single_activity if len(group) == 1 else _several_activities
        clause = write(writer, agent, group)
        sentences.append(writer.sentence(f"{prefix}.{type_}.{agent.code}", clause, group))
    return sentences


def _single_activity(writer: Writer, agent: Agent, facts: Sequence[Fact]) -> Clause:
    title = facts[0].title
    name = wording.named(title)
    people = took_part(writer, facts, "人")
    slots: Slots = {
        **writer.doers(agent, "lead"),
        "when": months(facts),
        "people": people,
        "deed": wording.clean(title),
        "title": name + "活动" if name.endswith("”") else name,
        "joined": "，" + people + "参加" if people else "",
    }
    features = features_of(facts)
    if wording.is_predicate(title):
        features.add("deed")
        slots["guide"] = slots["subject"] + _GUIDING[agent.role in PERSONS, bool(people)]
    return writer.phrase("activity.one", features, slots)


def _several_activities(writer: Writer, agent: Agent, facts: Sequence[Fact]) -> Clause:
    stems = by_key(facts, lambda fact: wording.stem(fact.title))
    people = took_part(writer, facts, "人次")
    slots: Slots = {
        **writer.doers(agent, "lead"),
        "when": months(facts),
        "joined": "，共" + people + "参加" if people else "",
    }
    features = features_of(facts)
    if len(stems) <= wording.NAMES_LIMIT and all(wording.is_predicate(name) for name in stems):
        features.add("deed")
        # Deeds have verbs of their own: what stands before them is who led them.
        verb = "组织" if agent.role not in PERSONS else "带队" if people else ""
        subject = slots["subject"]
        slots |= {"verb": verb, "doer": subject + verb, "doer_seq": subject + f"先后{verb}"}
        slots["titles"] = _deeds(writer, stems)
    else:
        features |= {"kinds"} if len(stems) > 1 else set()
        slots["titles"] = _activities(writer, stems, facts)
    return writer.phrase("activity.many", features, slots)


def _deeds(writer: Writer, stems: dict[str, list[Fact]]) -> Clause:
    """Return 参观甲地和乙地, or whole deeds side by side; repeated ones with their number."""
    verb = wording.shared_verb(list(stems))
    entries = [
        name.removeprefix(verb) + _repeats(writer, name, group) for name, group in stems.items()
    ]
    return verb + join_clauses(entries, last="和" if verb else "、")


def _repeats(writer: Writer, name: str, facts: Sequence[Fact]) -> Clause:
    return writer.counting.records(facts, "次", name) if len(facts) > 1 else Clause()


def _activities(writer: Writer, stems: dict[str, list[Fact]], facts: Sequence[Fact]) -> Clause:
    entries = [wording.named(name) + _repeats(writer, name, group) for name, group in stems.items()]
    if len(entries) > wording.NAMES_LIMIT:
        shown = join_clauses(entries[: wording.NAMES_SHOWN], last="、")
        return shown + "等活动" + writer.counting.records(facts, "次", "活动")
    titles = join_clauses(entries)
    return titles + ("活动" if titles.text.endswith("”") else "")


def trainings(
    writer: Writer, prefix: str, facts: Sequence[Fact], lectures: Sequence[Fact]
) -> list[Block]:
    """Tell courses (期) with people and hours, and the lectures of the same days with them."""
    sentences = []
    lectures_by_agent = {agent.code: given for agent, given in writer.by_agent(lectures)}
    for agent, group in writer.by_agent(facts):
        days = set(days_of(group))
        given = [fact for fact in lectures_by_agent.get(agent.code, []) if fact.day in days]
        names = list(dict.fromkeys(wording.named(wording.stem(fact.title)) for fact in group))
        features = features_of(group) | ({"lectures"} if given else set())
        slots: Slots = {
            **writer.doers(agent, "head"),
            "when": months(group),
            "name": wording.names(names) + ("共" if len(names) > 1 else ""),
            "count": writer.counting.records(group, "期", "培训班"),
            "trained": _trained(writer, group),
            "lectures": _lectures_given(writer, given, days) if given else "",
        }
        clause = writer.phrase("training", features, slots)
        key = f"{prefix}.training.{agent.code}"
        sentences.append(writer.sentence(key, clause, [*group, *given]))
    return sentences


def _trained(writer: Writer, facts: Sequence[Fact]) -> Clause:
    unit = "人" if len(facts) == 1 else "人次"
    people = took_part(writer, facts, unit, "培训")
    text = "，培训" + people if people else Clause()
    hours = [(fact, fact.hours) for fact in facts if fact.hours]
    if len(hours) == len(facts):
        text += "，累计" + writer.counting.hours(hours, "培训学时")
    return text


def _lectures_given(writer: Writer, lectures: Sequence[Fact], days: set[date]) -> Clause:
    features = features_of(lectures)
    if {fact.day for fact in lectures} == days:
        features.add("each")
    slots: Slots = {
        "count": writer.counting.records(lectures, "次", "党课"),
        "titles": wording.names([wording.quoted(fact.title) for fact in lectures]),
    }
    return writer.phrase("training.lectures", features, slots)


def woven_lectures(writer: Writer, lectures: Sequence[Fact], courses: Sequence[Fact]) -> list[Fact]:
    """Return the lectures that were given on the day of a course by those who held it."""
    course_days = {
        (agent.code, day) for agent, group in writer.by_agent(courses) for day in days_of(group)
    }
    return [
        fact
        for agent, given in writer.by_agent(lectures)
        for fact in given
        if (agent.code, fact.day) in course_days
    ]


def assessments(
    writer: Writer, prefix: str, facts: Sequence[Fact], policies: Sequence[Fact]
) -> list[Block]:
    """Tell quarterly assessments, with the policy on them when it came first."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        names = {wording.stem(fact.title) for fact in group}
        features = features_of(group)
        first = min(days_of(group), default=date.min)
        if any(
            fact.day and fact.day <= first and any(word in fact.title for word in _POLICY_WORDS)
            for fact in policies
        ):
            features.add("policy")
        slots: Slots = {
            **writer.doers(agent, "chair"),
            "when": months(group),
            "name": wording.named(names.pop()) if len(names) == 1 else "季度考评",
            "count": writer.counting.records(group, "次", "季度考评"),
        }
        clause = writer.phrase("assessment", features, slots)
        sentences.append(writer.sentence(f"{prefix}.assessment.{agent.code}", clause, group))
    return sentences
