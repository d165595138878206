"""Works: policies, platforms, breakthroughs, articles, awards, briefings and other material."""

from collections.abc import Callable, Sequence

from app.report.composition import wording
from app.report.composition.counts import Clause, Slots
from app.report.composition.summary import Sentence
from app.report.composition.writer import Agent, Style, Writer, features_of, months, span
from app.report.facts import Count, Fact

_AWARD_ENDINGS = ("奖", "称号", "表彰", "表扬", "证书")
_COURSE_ENDING = "课题"
_POLICY_RULES = {"created": "policy.created", "revised": "policy.revised"}


def _slots(writer: Writer, agent: Agent, style: Style, facts: Sequence[Fact]) -> Slots:
    return {**writer.doers(agent, style), "when": months(facts), "span": span(facts)}


def _titles(facts: Sequence[Fact], spell: Callable[[str], str]) -> str:
    return wording.names(list(dict.fromkeys(spell(fact.title) for fact in facts)))


def policies(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Sentence]:
    """Policies by name: created and revised ones apart, each by who made them."""
    sentences = []
    for agent, done in writer.by_agent(facts):
        for change in ("created", "revised", None):
            group = [fact for fact in done if fact.change == change]
            if not group:
                continue
            slots = _slots(writer, agent, "chair", group)
            # Branches have policies of one name: a list that repeats it would tell nothing.
            is_telling = len({fact.title for fact in group}) == len(group)
            slots["titles"] = _titles(group, wording.work_title) if is_telling else ""
            slots["count"] = writer.counting.records(group, "项", "制度")
            rule = _POLICY_RULES.get(change or "", "policy.unstated")
            features = features_of(group) | ({"titles"} if is_telling else set())
            clause = writer.say(rule, features, slots)
            key = f"{where}.{rule}.{agent.code}"
            sentences.append(writer.sentence(key, clause, group))
    return sentences


def breakthroughs(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Sentence]:
    """Tasks taken on (课题攻关) by name, with the difficulties they solved."""
    sentences = []
    for agent, group in writer.by_agent(facts):
        slots = _slots(writer, agent, "lead", group)
        titles = [wording.clean(fact.title) for fact in group]
        if all(title.endswith(_COURSE_ENDING) and title != _COURSE_ENDING for title in titles):
            titles = [title.removesuffix(_COURSE_ENDING) for title in titles]
        else:
            titles = [wording.quoted(title) for title in titles]
        slots["titles"] = wording.names(titles)
        slots["count"] = writer.counting.records(group, "项", "课题攻关")
        slots["solved"] = _solved(writer, group)
        clause = writer.say("breakthrough", features_of(group), slots)
        sentences.append(writer.sentence(f"{where}.breakthrough.{agent.code}", clause, group))
    return sentences


def _solved(writer: Writer, facts: Sequence[Fact]) -> Clause:
    known = [(fact, Count(fact.solved_difficulties)) for fact in facts if fact.solved_difficulties]
    total = writer.counting.total(known, "处", "破解难点")
    return "，破解难点" + total if total else Clause()


# What the numbers count, for whoever checks them.
_LABELS = {
    "article": "文章",
    "platform": "平台阵地",
    "award": "表彰奖励",
    "briefing": "简报",
    "material": "材料",
}


def articles(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Sentence]:
    """Articles with their titles."""
    return _named(writer, where, facts, ("article", "篇", "plain"), wording.work_title)


def platforms(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Sentence]:
    """Platforms and places that were built."""
    return _named(writer, where, facts, ("platform", "个", "head"), wording.named)


def awards(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Sentence]:
    """Awards by name."""
    return _named(writer, where, facts, ("award", "项", "plain"), _award)


def _award(title: str) -> str:
    name = wording.quoted(title)
    return name if title.endswith(_AWARD_ENDINGS) else f"{name}表彰"


def _named(
    writer: Writer,
    where: str,
    facts: Sequence[Fact],
    how: tuple[str, str, Style],
    spell: Callable[[str], str],
) -> list[Sentence]:
    rule, unit, style = how
    sentences = []
    for agent, group in writer.by_agent(facts):
        slots = _slots(writer, agent, style, group)
        slots["titles"] = _titles(group, spell)
        slots["count"] = writer.counting.records(group, unit, _LABELS[rule])
        clause = writer.say(rule, features_of(group), slots)
        sentences.append(writer.sentence(f"{where}.{rule}.{agent.code}", clause, group))
    return sentences


def materials(writer: Writer, where: str, facts: Sequence[Fact]) -> list[Sentence]:
    """Briefings (期) and other material (份); an entered quantity counts instead of the record."""
    sentences = []
    for is_briefing, rule, unit in ((True, "briefing", "期"), (False, "material", "份")):
        chosen = [fact for fact in facts if (fact.type == "briefing") is is_briefing]
        for agent, group in writer.by_agent(chosen):
            slots = _slots(writer, agent, "plain", group)
            slots["titles"] = _titles(group, wording.quoted)
            slots["count"] = _pieces(writer, group, unit, _LABELS[rule])
            clause = writer.say(rule, features_of(group), slots)
            sentences.append(writer.sentence(f"{where}.{rule}.{agent.code}", clause, group))
    return sentences


def _pieces(writer: Writer, facts: Sequence[Fact], unit: str, label: str) -> Clause:
    """The numbers entered, a record without one being one; records where no number says more."""
    if any(fact.quantity and fact.quantity.value for fact in facts):
        addends = [(fact, fact.quantity or Count(1)) for fact in facts]
        return writer.counting.total(addends, unit, label)
    return writer.counting.records(facts, unit, label)
