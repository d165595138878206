"""How the responsibility list stands: duties, open findings, grades of the quarters."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from app.assessment.rules import Grade
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Slots, by_key, grouped, join_clauses, sources, unique
from app.report.compose.duties import EACH_BY_ITSELF, ITEM, in_order, thing
from app.report.compose.writer import Writer
from app.report.facts import DutyCoverage, GradeCode, OpenFinding, QuarterGrade, Waived

LONGEST_REASON = 60
NAMED_UP_TO = 2
EACH_BY_NAME = 3
ASSEMBLY_FINDING, ASSEMBLY_DUTY = "quarter_without_assembly", "member_assembly"
GRADE_NAMES: Mapping[str | None, str] = {str(grade): grade.label for grade in Grade} | {
    None: "不定等次"
}
# From the lowest.
LOW: tuple[GradeCode, ...] = ("lagging", "average")
_FINDING, _ORGANIZATION = "条", "个"


class CoverageState(NamedTuple):
    """How things owed stand: the feature that it gives a phrase, its name, their ids."""

    feature: str
    name: str
    ids: Sequence[str]


def coverage(writer: Writer, prefix: str) -> list[Block]:
    """Tell how much of what is owed is done in time, late, or not; what was waived, and why."""
    lines = in_order(writer)
    states = (
        CoverageState("in_time", "按时完成", [key for line in lines for key in line.done]),
        CoverageState("late", "逾期完成", [key for line in lines for key in line.done_late]),
        CoverageState(
            "missing", "到期未完成", [missed.id for line in lines for missed in line.missing]
        ),
    )
    owed = [key for state in states for key in state.ids]
    sentences = []
    if owed:
        features, slots = _owed(writer, states, owed)
        sentences.append(_sentence(writer, prefix, "coverage", features, slots))
        late = [key for line in lines for key in line.late_entries]
        slots = {"count": _occurrences(writer, late, "补录")}
        if late:
            features = {"all"} if len(late) == len(owed) else set()
            sentences.append(_sentence(writer, prefix, "coverage.late_entries", features, slots))
        sentences += _complete(writer, prefix, lines)
    unlinked = [key for line in lines for key in line.unlinked]
    if unlinked:
        slots = {
            "count": _occurrences(writer, unlinked, "未关联记录"),
            "kinds": _unlinked_kinds(writer, lines),
        }
        features = set() if owed else {"alone"}
        sentences.append(_sentence(writer, prefix, "coverage.unlinked", features, slots))
    return [*sentences, *_waived(writer, prefix, lines, set() if sentences else {"alone"})]


def _sentence(writer: Writer, prefix: str, rule: str, features: set[str], slots: Slots) -> Block:
    return writer.sentence(f"{prefix}.{rule}", writer.phrase(rule, features, slots), ())


def _occurrences(writer: Writer, ids: Sequence[str], label: str) -> Clause:
    return writer.counting.of("occurrence", ids, ITEM, label)


def _owed(
    writer: Writer, states: Iterable[CoverageState], owed: Sequence[str]
) -> tuple[set[str], Slots]:
    """Return the features and slots of what is owed, in its parts."""
    present = [state for state in states if state.ids]
    parts = [state.name + _occurrences(writer, state.ids, state.name) for state in present]
    slots: Slots = {
        "as_of": writer.as_of,
        "owed": _occurrences(writer, owed, "应完成"),
        "parts": join_clauses(parts, "、"),
    }
    features = {"one"} if len(owed) == 1 else {"many"}
    if len(present) == 1:
        features.add(present[0].feature)
    elif present[-1].feature != "missing":
        features.add("all_done")
    return features, slots


def _complete(writer: Writer, prefix: str, lines: Sequence[DutyCoverage]) -> list[Block]:
    """Tell how many organisations lack nothing, when some of several do."""
    owing = {line.organization_id for line in lines if line.owed}
    lacking = {line.organization_id for line in lines if line.missing}
    if not lacking or owing == lacking:
        return []
    slots: Slots = {
        "places": _organizations(writer, sorted(owing), "列有责任事项的党组织"),
        "whole": _organizations(writer, sorted(owing - lacking), "没有缺项的党组织"),
    }
    return [_sentence(writer, prefix, "coverage.places", set(), slots)]


def _organizations(writer: Writer, ids: Sequence[str], label: str) -> Clause:
    return writer.counting.of("organization", ids, _ORGANIZATION, label)


def _unlinked_kinds(writer: Writer, lines: Sequence[DutyCoverage]) -> Clause:
    """Return which things wait for their records to be linked: （党费收缴12项和简报一项）."""
    unlinked = [(wording.clean(line.name), key) for line in lines for key in line.unlinked]
    by_name = by_key(unlinked, lambda entry: entry[0])
    if len(by_name) == 1:
        return Clause(f"（{unlinked[0][0]}）")
    ids_by_name = {name: [key for _, key in entries] for name, entries in by_name.items()}
    ranked = sorted(ids_by_name.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    kinds = [name + _occurrences(writer, ids, f"{name}未关联记录") for name, ids in ranked]
    if len(kinds) > wording.NAMES_LIMIT:
        return "（" + join_clauses(kinds[: wording.NAMES_SHOWN], last="、") + "等）"
    return "（" + join_clauses(kinds) + "）"


def _waived(
    writer: Writer, prefix: str, lines: Sequence[DutyCoverage], alone: AbstractSet[str]
) -> list[Block]:
    """Tell what was waived: a few with their reasons, more as a number."""
    waived = [(line, occurrence) for line in lines for occurrence in line.waived]
    if not waived:
        return []
    slots: Slots = {
        "count": _occurrences(writer, [occurrence.id for _, occurrence in waived], "免除"),
        "things": "；".join(_excused(writer, line, occurrence) for line, occurrence in waived),
    }
    features = {*alone, "few"} if len(waived) <= EACH_BY_ITSELF else {*alone}
    return [_sentence(writer, prefix, "coverage.waived", features, slots)]


def _excused(writer: Writer, line: DutyCoverage, waived: Waived) -> str:
    reason = wording.clean(waived.reason).rstrip("。；;.")
    name = thing(writer, line, waived)
    return f"{name}，原因是{reason}" if len(reason) <= LONGEST_REASON else name


def open_findings(writer: Writer) -> list[OpenFinding]:
    """Return the findings in a fixed order.

    An assembly that is told as missing from the list is not told a second time as a finding.
    """
    without_assembly = {
        line.organization_id
        for line in writer.fact_set.duties
        if line.code == ASSEMBLY_DUTY and line.missing
    }
    findings = [
        finding
        for finding in writer.fact_set.findings
        if finding.code != ASSEMBLY_FINDING or finding.organization_id not in without_assembly
    ]
    return sorted(findings, key=lambda finding: (finding.code, finding.id))


def unexplained_findings(
    writer: Writer, prefix: str, findings: Sequence[OpenFinding]
) -> list[Block]:
    """Tell how many reminders wait for somebody to look at them, and of which kinds."""
    kinds = by_key(findings, lambda finding: (finding.code, wording.clean(finding.name)))
    ranked = sorted(kinds.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    parts = [name + _findings(writer, group, name) for (_, name), group in ranked]
    is_cut = len(parts) > wording.NAMES_LIMIT
    shown = join_clauses(parts[: wording.NAMES_SHOWN] if is_cut else parts, last="、")
    slots: Slots = {
        "as_of": writer.as_of,
        "total": _findings(writer, findings, "体检提示"),
        "parts": shown + "等" if is_cut else shown,
        "kind": ranked[0][0][1],
        "all": "均" if len(findings) > 1 else "",
    }
    features = {"one_kind"} if len(ranked) == 1 else set()
    clause = writer.phrase("open_findings", features, slots)
    known = {fact.id for fact in writer.fact_set.facts}
    concerned = unique(key for finding in findings for key in finding.record_ids if key in known)
    return [writer.sentence(prefix, clause + Clause(ids=concerned), ())]


def answer_to_findings(writer: Writer, findings: Sequence[OpenFinding]) -> Clause:
    """Return what will be done about them."""
    slots: Slots = {"count": _findings(writer, findings, "体检提示")}
    return writer.phrase("plan_deed.findings", set(), slots)


def _findings(writer: Writer, findings: Sequence[OpenFinding], label: str) -> Clause:
    return writer.counting.of("finding", [finding.id for finding in findings], _FINDING, label)


def grades_in_order(writer: Writer) -> list[QuarterGrade]:
    """Return the grades by sheet, quarter and organisation."""
    positions = _positions(writer)

    def key(grade: QuarterGrade) -> tuple[str, int, int, str, str]:
        position = positions.get(grade.organization_name, -1)
        return grade.sheet, grade.quarter, position, grade.organization_name, grade.id

    return sorted(writer.fact_set.grades, key=key)


def _positions(writer: Writer) -> dict[str, int]:
    """Return where organisations below stand among each other, by name."""
    return {name: position for position, name in enumerate(writer.fact_set.branch_names)}


def low(writer: Writer) -> list[QuarterGrade]:
    """Return what was graded 一般 or 后进."""
    return [grade for grade in grades_in_order(writer) if grade.grade in LOW]


def grades(writer: Writer, prefix: str) -> list[Block]:
    """Tell the year's grades: one's own with points, those of others as numbers for each grade."""
    sentences = []
    for sheet, members in by_key(grades_in_order(writer), _sheet).items():
        is_own = all(_is_own(writer, grade) for grade in members)
        write = _own if is_own else _others
        quarters = [
            write(writer, quarter, graded) for quarter, graded in _by_quarter(members).items()
        ]
        slots: Slots = {
            "sheet": wording.clean(members[0].sheet_name),
            "quarters": join_clauses(quarters, "；", "；"),
        }
        clause = writer.phrase("grades.own" if is_own else "grades", set(), slots)
        sentences.append(writer.sentence(f"{prefix}.{sheet}", clause, ()))
    return sentences


def _sheet(grade: QuarterGrade) -> str:
    return grade.sheet


def _by_quarter(members: Sequence[QuarterGrade]) -> dict[str, list[QuarterGrade]]:
    return by_key(members, lambda grade: f"第{wording.ordinal(grade.quarter)}季度")


def _is_own(writer: Writer, grade: QuarterGrade) -> bool:
    return grade.organization_id == writer.fact_set.organization_id


def _name(writer: Writer, grade: QuarterGrade) -> str:
    """本级 is the reporting organisation, which has no name of its own in its report."""
    return "本级" if _is_own(writer, grade) else grade.organization_name


def _names(writer: Writer, members: Sequence[QuarterGrade]) -> str:
    return wording.join([_name(writer, grade) for grade in members])


def _cited(members: Iterable[QuarterGrade]) -> Clause:
    """Return nothing, but with these grades behind it."""
    return Clause(sources=sources("assessment", (grade.id for grade in members)))


def _graded(writer: Writer, members: Sequence[QuarterGrade], label: str) -> Clause:
    ids = [grade.id for grade in members]
    return writer.counting.of("assessment", ids, _ORGANIZATION, label)


def _own(writer: Writer, quarter: str, members: Sequence[QuarterGrade]) -> Clause:
    (grade,) = members
    points = writer.counting.stated("assessment", grade.id, grade.points, "分", "考评得分")
    outcome = f"定为{GRADE_NAMES[grade.grade]}" if grade.grade else GRADE_NAMES[None]
    return quarter + points + "，" + outcome


def _others(writer: Writer, quarter: str, members: Sequence[QuarterGrade]) -> Clause:
    """Return 第三季度先进三个、较好五个、一般一个; a few organisations go by name.

    The parts sum to those assessed.
    """
    are_named = len(members) <= EACH_BY_NAME
    parts = []
    for code, group in grouped(members, lambda grade: grade.grade, GRADE_NAMES):
        name = GRADE_NAMES[code]
        if are_named:
            parts.append(_names(writer, group) + name + _cited(group))
            continue
        part = name + _graded(writer, group, name)
        if len(group) <= NAMED_UP_TO:
            part += "（" + "、".join(_name(writer, grade) for grade in group) + "）"
        parts.append(part)
    return quarter + ("，" if are_named else "") + join_clauses(parts, last="、")


def low_grades(writer: Writer, prefix: str, members: Sequence[QuarterGrade]) -> list[Block]:
    """Tell who was graded low, in which quarter and by which sheet; too many to name are counted.

    Of those who are only counted, the ones that were 后进 more than once are named.
    """
    sentences = []
    for sheet, group in by_key(members, _sheet).items():
        if all(_is_own(writer, grade) for grade in group):
            quarters = [_own_low(code, graded) for code, graded in _by_grade(group)]
        else:
            # Where the lowest are too many to be named, those above them are not named either.
            named = not _are_lowest_many(group)
            quarters = []
            for quarter, graded in _by_quarter(group).items():
                parts = [_low(writer, code, low, named=named) for code, low in _by_grade(graded)]
                quarters.append(f"{quarter}，" + join_clauses(parts, "，", "，"))
        slots: Slots = {
            "sheet": wording.clean(group[0].sheet_name),
            "quarters": join_clauses(quarters, last="；", separator="；"),
        }
        clause = writer.phrase("low_grades", set(), slots)
        sentences.append(writer.sentence(f"{prefix}.{sheet}", clause, ()))
        sentences += _repeated(writer, f"{prefix}.{sheet}.repeated", group)
    return sentences


def _by_grade(members: Sequence[QuarterGrade]) -> list[tuple[GradeCode, list[QuarterGrade]]]:
    """Return the low grades from the lowest."""
    return grouped(members, lambda grade: grade.grade, LOW)


def _are_lowest_many(members: Sequence[QuarterGrade]) -> bool:
    """Return whether a quarter has more that are 后进 than are named one by one."""
    lowest = _by_quarter([grade for grade in members if grade.grade == LOW[0]])
    return any(len(graded) > wording.NAMES_LIMIT for graded in lowest.values())


def _own_low(code: GradeCode, members: Sequence[QuarterGrade]) -> Clause:
    """Return 第二季度和第四季度定为一般."""
    return f"{wording.join([*_by_quarter(members)])}定为{GRADE_NAMES[code]}" + _cited(members)


def _low(
    writer: Writer, code: GradeCode, members: Sequence[QuarterGrade], *, named: bool
) -> Clause:
    text = _cited(members)
    is_named = named and len(members) <= wording.NAMES_LIMIT
    if is_named:
        text += _names(writer, members)
    if len(members) > 1 or not is_named:
        text += _graded(writer, members, f"定为{GRADE_NAMES[code]}") + "党组织"
    return text + f"定为{GRADE_NAMES[code]}"


def _repeated(writer: Writer, prefix: str, members: Sequence[QuarterGrade]) -> list[Block]:
    """Tell who was 后进 more than once, where a quarter has too many to be named one by one."""
    if not _are_lowest_many(members):
        return []
    lowest = [grade for grade in members if grade.grade == LOW[0]]
    by_organization = by_key(lowest, lambda grade: grade.organization_id)
    positions = _positions(writer)
    often = sorted(
        (graded for graded in by_organization.values() if len(graded) > 1),
        key=lambda graded: (
            positions.get(graded[0].organization_name, -1),
            graded[0].organization_id,
        ),
    )
    if not often:
        return []
    text = _cited(grade for graded in often for grade in graded)
    firsts = [graded[0] for graded in often]
    if len(often) <= wording.NAMES_LIMIT:
        text += _names(writer, firsts)
    if len(often) > 1:
        ids = [grade.organization_id for grade in firsts]
        text += _organizations(writer, ids, "多次定为后进") + "党组织"
    clause = writer.phrase("low_grades.repeated", set(), {"places": text})
    return [writer.sentence(prefix, clause, ())]


def answer_to_grades(writer: Writer, members: Sequence[QuarterGrade]) -> Clause:
    """Return what will be done about low grades, by whom."""
    others = [grade.organization_name for grade in members if not _is_own(writer, grade)]
    names = list(dict.fromkeys(others))
    subject = f"督促{wording.join(names)}" if names else ""
    if len(names) > wording.NAMES_LIMIT:
        subject = "督促有关党组织"
    return writer.phrase("plan_deed.grades", set(), {"who": subject + _cited(members)})
