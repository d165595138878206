"""Activities: visits, education, commemorations, reading, training and quarterly assessment."""

from collections.abc import Sequence
from datetime import date

from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Counted, Slots, amount_of, join_clauses
from app.report.compose.writer import Agent, Writer, days_of, features_of, months
from app.report.facts import Fact

_PERSONS = frozenset({"reporter", "post"})
# Who leads people is said with their number; without it nobody is known to have gone along.
_GUIDING = {(True, True): "带领", (True, False): "", (False, True): "组织", (False, False): "组织"}
_ASSESSMENT_WORDS = ("考评", "考核", "评价", "定级")


def took_part(writer: Writer, rows: Sequence[Counted], unit: str, label: str = "参加") -> Clause:
    """Return how many took part, only when every row tells it."""
    is_known = all(amount_of(row) for row in rows)
    return writer.counting.amount(rows, unit, label) if is_known else Clause()


def activities(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Block]:
    """Activities by type and by who did them, in the order of the year."""
    groups: list[tuple[date, str, Agent, list[Fact]]] = []
    for kind in sorted({fact.type for fact in facts}):
        chosen = [fact for fact in facts if fact.type == kind]
        for agent, group in writer.by_agent(chosen):
            groups.append((min(days_of(group), default=date.max), kind, agent, group))
    groups.sort(key=lambda item: (item[0], item[1], item[2].code))
    sentences = []
    for _, kind, agent, group in groups:
        tell = _one if len(group) == 1 else _many
        clause = tell(writer, agent, group)
        sentences.append(writer.sentence(f"{where}.{kind}.{agent.code}", clause, group))
    return sentences


def _one(writer: Writer, agent: Agent, facts: Sequence[Fact]) -> Clause:
    title = facts[0].title
    people = took_part(writer, facts, "人")
    slots: Slots = {
        **writer.doers(agent, "lead"),
        "when": months(facts),
        "people": people,
        "deed": wording.clean(title),
        "title": _activity(title),
        "joined": "，" + people + "参加" if people else "",
    }
    features = features_of(facts)
    if wording.is_predicate(title):
        features.add("deed")
        slots["guide"] = slots["subject"] + _GUIDING[agent.role in _PERSONS, bool(people)]
    return writer.phrase("activity.one", features, slots)


def _activity(title: str) -> str:
    name = wording.named(title)
    return name + "活动" if name.endswith("”") else name


def _many(writer: Writer, agent: Agent, facts: Sequence[Fact]) -> Clause:
    stems: dict[str, list[Fact]] = {}
    for fact in facts:
        stems.setdefault(wording.stem(fact.title), []).append(fact)
    people = took_part(writer, facts, "人次")
    slots: Slots = {
        **writer.doers(agent, "lead"),
        "when": months(facts),
        "joined": "，共" + people + "参加" if people else "",
    }
    features = features_of(facts)
    if len(stems) <= wording.NAMES_LIMIT and all(wording.is_predicate(name) for name in stems):
        features.add("deed")
        slots |= _guided(slots, "组织" if agent.role not in _PERSONS else "带队" if people else "")
        slots["titles"] = _deeds(writer, stems)
    else:
        features |= {"kinds"} if len(stems) > 1 else set()
        slots["titles"] = _activities(writer, stems, facts)
    return writer.phrase("activity.many", features, slots)


def _guided(slots: Slots, verb: str) -> Slots:
    """The slots that say who, for deeds that have verbs of their own."""
    subject = slots["subject"]
    return {"verb": verb, "doer": subject + verb, "doer_seq": subject + f"先后{verb}"}


def _deeds(writer: Writer, stems: dict[str, list[Fact]]) -> Clause:
    """参观甲地和乙地, or whole deeds side by side, each with its number where it has several."""
    verb = wording.shared_verb(list(stems))
    entries = [
        name.removeprefix(verb) + _times(writer, name, group) for name, group in stems.items()
    ]
    return verb + join_clauses(entries, last="和" if verb else "、")


def _times(writer: Writer, name: str, facts: Sequence[Fact]) -> Clause:
    return writer.counting.records(facts, "次", name) if len(facts) > 1 else Clause()


def _activities(writer: Writer, stems: dict[str, list[Fact]], facts: Sequence[Fact]) -> Clause:
    entries = [wording.named(name) + _times(writer, name, group) for name, group in stems.items()]
    if len(entries) > wording.NAMES_LIMIT:
        titles = join_clauses(entries[: wording.NAMES_SHOWN], last="、")
        return titles + "等活动" + writer.counting.records(facts, "次", "活动")
    titles = join_clauses(entries)
    return titles + ("活动" if titles.text.endswith("”") else "")


def trainings(
    writer: Writer, where: str, facts: Sequence[Fact], lectures: Sequence[Fact]
) -> list[Block]:
    """Courses (期) with people and hours; lectures of the same days are told with them."""
    sentences = []
    givers = {agent.code: given for agent, given in writer.by_agent(lectures)}
    for agent, group in writer.by_agent(facts):
        days = set(days_of(group))
        given = [fact for fact in givers.get(agent.code, []) if fact.day in days]
        names = list(dict.fromkeys(wording.named(wording.stem(fact.title)) for fact in group))
        features = features_of(group) | ({"lectures"} if given else set())
        slots: Slots = {
            **writer.doers(agent, "head"),
            "when": months(group),
            "name": wording.names(names) + ("共" if len(names) > 1 else ""),
            "count": writer.counting.records(group, "期", "培训班"),
            "trained": _trained(writer, group),
            "lectures": _given(writer, given, days) if given else "",
        }
        clause = writer.phrase("training", features, slots)
        key = f"{where}.training.{agent.code}"
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


def _given(writer: Writer, lectures: Sequence[Fact], days: set[date]) -> Clause:
    features = features_of(lectures)
    if {fact.day for fact in lectures} == days:
        features.add("each")
    slots: Slots = {
        "count": writer.counting.records(lectures, "次", "党课"),
        "titles": wording.names([wording.quoted(fact.title) for fact in lectures]),
    }
    return writer.phrase("training.lectures", features, slots)


def woven_lectures(writer: Writer, lectures: Sequence[Fact], courses: Sequence[Fact]) -> list[Fact]:
    """The lectures that were given on the day of a course by those who held it."""
    held = {
        (agent.code, day) for agent, group in writer.by_agent(courses) for day in days_of(group)
    }
    return [
        fact
        for agent, given in writer.by_agent(lectures)
        for fact in given
        if fact.day and (agent.code, fact.day) in held
    ]


def assessments(
    writer: Writer, where: str, facts: Sequence[Fact], policies: Sequence[Fact]
) -> list[Block]:
    """Quarterly assessments; with the assessment policy when it came first."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        names = {wording.stem(fact.title) for fact in group}
        features = features_of(group)
        first = min(days_of(group), default=date.min)
        if any(
            fact.day and fact.day <= first and any(w in fact.title for w in _ASSESSMENT_WORDS)
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
        sentences.append(writer.sentence(f"{where}.assessment.{agent.code}", clause, group))
    return sentences
