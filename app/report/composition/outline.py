"""Composes the annual summary: one fact set and options in, one summary out, always the same."""

from datetime import date

from app.report.composition.findings import findings
from app.report.composition.gaps import gaps
from app.report.composition.lead import lead, previous
from app.report.composition.parts import plans, shortcomings
from app.report.composition.performance import OPENING, groups_of, is_told, tell
from app.report.composition.rules.tallies import below
from app.report.composition.summary import Paragraph, Section, Sentence, Summary
from app.report.composition.writer import Writer
from app.report.facts import Fact, FactSet, Options

PART_ONE = "一、履职情况"
PART_TWO = "二、存在问题"
PART_THREE = "三、下一步打算"
SUPERVISION_NOTE = "本文未纳入监督执纪谈话和党纪处分方面的内容。"

_NOTHING_TO_TELL = Paragraph(
    "p1.missing",
    (Sentence(id="p1.missing", text="履职情况（待补充）。", kind="placeholder"),),
)


def _in_order(fact: Fact) -> tuple[date, str]:
    return fact.day or date.max, str(fact.id)


def _title(fact_set: FactSet, options: Options) -> str:
    form = options.form or ("duty_report" if options.voice == "first_person" else "work_summary")
    if form == "duty_report":
        return f"{fact_set.year}年抓基层党建工作述职报告"
    return f"{fact_set.organization_name}{fact_set.year}年度党建工作总结"


def compose(fact_set: FactSet, options: Options | None = None) -> Summary:
    """The year-end report (述职报告 or 工作总结) with the records behind every sentence.

    The order in which facts are given does not matter. Only completed records of the year are
    told as done; the lead's totals do not count as citing a record.
    """
    options = options or Options()
    writer = Writer(fact_set, options)
    facts = sorted(fact_set.facts, key=_in_order)
    told = [fact for fact in facts if is_told(fact_set, fact)]
    opening = lead(writer, told)
    before = previous(writer)
    groups = groups_of(fact_set, told)
    body = [tell(writer, group, position) for position, group in enumerate(groups, start=1)]
    performed = [*([before] if before else []), *body, *below(writer)] or [_NOTHING_TO_TELL]
    owed = gaps(fact_set, facts)
    cited = {
        key
        for paragraph in body
        for sentence in paragraph.sentences
        if not sentence.id.endswith(OPENING)
        for key in sentence.ids
    }
    uncited = tuple(fact.id for fact in told if fact.id not in cited)
    return Summary(
        title=_title(fact_set, options),
        salutation=options.salutation,
        sections=(
            Section("p0", None, (opening,)),
            Section("p1", PART_ONE, tuple(performed)),
            Section("p2", PART_TWO, tuple(shortcomings(writer, owed))),
            Section("p3", PART_THREE, tuple(plans(writer, owed))),
        ),
        findings=findings(fact_set, told, owed, uncited),
        uncited=uncited,
        note=None if fact_set.includes_supervision else SUPERVISION_NOTE,
    )
