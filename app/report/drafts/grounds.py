"""What a sentence stands on besides records, in words for whoever checks it. Pure."""

from collections.abc import Iterable, Mapping

from app.report.blocks import Ground
from app.report.composition.rules.duties import period
from app.report.composition.rules.grades import GRADE_NAMES
from app.report.facts import FactSet
from app.report.knowledge import DutyCoverage

GONE = "所依据的事实中已没有这一项"
WITHHELD = "监督执纪内容（数目较小，按设置不列出）"


def described(facts: FactSet) -> Mapping[Ground, str]:
    """Everything in the facts that a sentence can stand on besides records, by its ground."""
    found: dict[Ground, str] = {}
    for line in facts.duties:
        found |= _of_line(line, facts.year)
    for finding in facts.findings:
        words = f"体检提示：{finding.organization_name}，{finding.name}"
        found[Ground("finding", finding.id)] = words
    for grade in facts.grades:
        level = f"，{GRADE_NAMES[grade.grade]}" if grade.grade else ""
        words = f"{grade.organization_name}第{grade.quarter}季度{grade.sheet_name}{grade.points}分"
        found[Ground("assessment", grade.id)] = words + level
    for record in facts.earlier:
        found[Ground("earlier_record", record.id)] = "上年（同期）记录"
    for line in facts.duties:
        found[Ground("organization", line.organization_id)] = f"党组织：{line.organization_name}"
    return found


def _of_line(line: DutyCoverage, year: int) -> dict[Ground, str]:
    name = f"责任事项：{line.organization_name}{line.name}"
    states = (("按时完成", line.done), ("逾期完成", line.done_late), ("未关联记录", line.unlinked))
    found = {Ground("occurrence", one): f"{name}，{state}" for state, ids in states for one in ids}
    for missed in line.missing:
        words = f"{name}（{period(missed.period, year)}），到期未完成"
        found[Ground("occurrence", missed.id)] = words
    for waived in line.waived:
        words = f"{name}（{period(waived.period, year)}），已免除：{waived.reason}"
        found[Ground("occurrence", waived.id)] = words
    return found


def worded(ground: Ground, known: Mapping[Ground, str]) -> str:
    """A ground in words, by what the facts describe."""
    return known.get(ground, WITHHELD if ground.kind == "withheld" else GONE)


def named(grounds: Iterable[Ground], facts: FactSet | None) -> list[tuple[Ground, str]]:
    """Each ground with its words."""
    known = described(facts) if facts else {}
    return [(one, worded(one, known)) for one in grounds]
