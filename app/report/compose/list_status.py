"""How the responsibility list stands: duties, open findings, grades of the quarters."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from app.assessment.rules import GRADE_LABELS
from app.report.blocks import Block
from app.report.compose import wording
from app.report.compose.counts import Clause, Slots, join_clauses, sources, unique
from app.report.compose.duties import EACH_BY_ITSELF, ITEM, in_order, thing
from app.report.compose.writer import Writer
from app.report.facts import DutyCoverage, GradeCode, OpenFinding, QuarterGrade, Waived

LONGEST_REASON = 60


class State(NamedTuple):
    """How things owed stand: the feature that it gives a phrase, its name, which things."""

    feature: str
    name: str
    ids: Sequence[str]


def coverage(writer: Writer, where: str) -> list[Block]:
    """How many of the things owed are done in time, late, or not; what was waived, and why."""
    lines = in_order(writer)
    states = (
        State("in_time", "按时完成", [one for line in lines for one in line.done]),
        State("late", "逾期完成", [one for line in lines for one in line.done_late]),
        State("missing", "到期未完成", [one.id for line in lines for one in line.missing]),
    )
    owed = [one for state in states for one in state.ids]
    alone = set() if owed else {"alone"}
    sentences = []
    if owed:
        sentences.append(
            _said(writer, where, "coverage", *_features_and_slots(writer, states, owed))
        )
        late = [one for line in lines for one in line.late_entries]
        slots: Slots = {"count": writer.counting.of("occurrence", late, ITEM, "补录")}
        if late:
            features = {"all"} if len(late) == len(owed) else set()
            sentences.append(_said(writer, where, "coverage.late_entries", features, slots))
        sentences += _by_place(writer, where, lines)
    unlinked = [one for line in lines for one in line.unlinked]
    if unlinked:
        slots = {
            "count": writer.counting.of("occurrence", unlinked, ITEM, "未关联记录"),
            "kinds": _kinds(writer, lines),
        }
        sentences.append(_said(writer, where, "coverage.unlinked", alone, slots))
    return [*sentences, *_waived(writer, where, lines, set() if sentences else {"alone"})]


def _kinds(writer: Writer, lines: Sequence[DutyCoverage]) -> Clause:
    """Which things wait for somebody to link their records: （党费收缴12项和简报一项）."""
    by_name: dict[str, list[str]] = {}
    for line in lines:
        if line.unlinked:
            by_name.setdefault(wording.clean(line.name), []).extend(line.unlinked)
    if len(by_name) == 1:
        return Clause(f"（{next(iter(by_name))}）")
    ranked = sorted(by_name.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    told = [
        name + writer.counting.of("occurrence", ids, ITEM, f"{name}未关联记录")
        for name, ids in ranked
    ]
    if len(told) > wording.NAMES_LIMIT:
        return "（" + join_clauses(told[: wording.NAMES_SHOWN], last="、") + "等）"
    return "（" + join_clauses(told) + "）"


def _said(writer: Writer, where: str, rule: str, features: set[str], slots: Slots) -> Block:
    return writer.sentence(f"{where}.{rule}", writer.phrase(rule, features, slots), ())


def _features_and_slots(
    writer: Writer, states: Iterable[State], owed: Sequence[str]
) -> tuple[set[str], Slots]:
    count = writer.counting.of
    present = [state for state in states if state.ids]
    slots: Slots = {
        "as_of": writer.as_of,
        "owed": count("occurrence", owed, ITEM, "应完成"),
        "parts": join_clauses(
            [one.name + count("occurrence", one.ids, ITEM, one.name) for one in present], "、"
        ),
    }
    features = {"one"} if len(owed) == 1 else {"many"}
    if len(present) == 1:
        features.add(present[0].feature)
    elif present[-1].feature != "missing":
        features.add("all_done")
    return features, slots


def _by_place(writer: Writer, where: str, lines: Sequence[DutyCoverage]) -> list[Block]:
    """How many organisations lack nothing, when some of several do."""
    owing = {line.organization_id for line in lines if line.owed}
    lacking = {line.organization_id for line in lines if line.missing}
    if not lacking or owing == lacking:
        return []
    count = writer.counting.of
    slots: Slots = {
        "places": count("organization", sorted(owing), "个", "列有责任事项的党组织"),
        "whole": count("organization", sorted(owing - lacking), "个", "没有缺项的党组织"),
    }
    return [_said(writer, where, "coverage.places", set(), slots)]


def _waived(
    writer: Writer, where: str, lines: Sequence[DutyCoverage], alone: AbstractSet[str]
) -> list[Block]:
    """What was waived: a few with their reasons, more as a number."""
    found = [(line, one) for line in lines for one in line.waived]
    if not found:
        return []
    ids = [one.id for _, one in found]
    slots: Slots = {
        "count": writer.counting.of("occurrence", ids, ITEM, "免除"),
        "things": "；".join(_excused(writer, line, one) for line, one in found),
    }
    features = {*alone, "few"} if len(found) <= EACH_BY_ITSELF else {*alone}
    return [_said(writer, where, "coverage.waived", features, slots)]


def _excused(writer: Writer, line: DutyCoverage, one: Waived) -> str:
    reason = wording.clean(one.reason).rstrip("。；;.")
    name = thing(writer, line, one)
    return f"{name}，原因是{reason}" if len(reason) <= LONGEST_REASON else name


ASSEMBLY_FINDING, ASSEMBLY_DUTY = "quarter_without_assembly", "member_assembly"
_UNIT = "条"


def open_findings(writer: Writer) -> list[OpenFinding]:
    """The findings in a fixed order.

    An assembly that is told as missing from the list is not told a second time as a finding.
    """
    told = {
        line.organization_id
        for line in writer.fact_set.duties
        if line.code == ASSEMBLY_DUTY and line.missing
    }
    kept = [
        one
        for one in writer.fact_set.findings
        if one.code != ASSEMBLY_FINDING or one.organization_id not in told
    ]
    return sorted(kept, key=lambda one: (one.code, one.id))


def unexplained_findings(writer: Writer, where: str, found: Sequence[OpenFinding]) -> list[Block]:
    """How many reminders wait for somebody to look at them, and of which kinds."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for one in found:
        kinds.setdefault((one.code, wording.clean(one.name)), []).append(one.id)
    ranked = sorted(kinds.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    count = writer.counting.of
    parts = [name + count("finding", ids, _UNIT, name) for (_, name), ids in ranked]
    if len(parts) > wording.NAMES_LIMIT:
        told = join_clauses(parts[: wording.NAMES_SHOWN], last="、") + "等"
    else:
        told = join_clauses(parts, last="、")
    slots: Slots = {
        "as_of": writer.as_of,
        "total": count("finding", [one.id for one in found], _UNIT, "体检提示"),
        "parts": told,
        "kind": ranked[0][0][1],
        "all": "均" if len(found) > 1 else "",
    }
    features = {"one_kind"} if len(ranked) == 1 else set()
    clause = writer.phrase("open_findings", features, slots)
    told_of = {fact.id for fact in writer.fact_set.facts}
    concerned = unique(key for one in found for key in one.record_ids if key in told_of)
    return [writer.sentence(where, clause + Clause(ids=concerned), ())]


def answer_to_findings(writer: Writer, found: Sequence[OpenFinding]) -> Clause:
    """What will be done about them."""
    ids = [one.id for one in found]
    slots: Slots = {"count": writer.counting.of("finding", ids, _UNIT, "体检提示")}
    return writer.phrase("plan_deed.findings", set(), slots)


GRADE_NAMES: Mapping[str | None, str] = {
    **{str(grade): label for grade, label in GRADE_LABELS.items()},
    None: "不定等次",
}
LOW: tuple[GradeCode, ...] = ("lagging", "average")
NAMED_UP_TO = 2
EACH_BY_NAME = 3
_GRADED_UNIT = "个"


def grades_in_order(writer: Writer) -> list[QuarterGrade]:
    """The grades by sheet, quarter and organisation."""
    names = writer.fact_set.branch_names
    places = {name: place for place, name in enumerate(names)}

    def key(one: QuarterGrade) -> tuple[str, int, int, str, str]:
        place = places.get(one.organization_name, -1)
        return one.sheet, one.quarter, place, one.organization_name, one.id

    return sorted(writer.fact_set.grades, key=key)


def low(writer: Writer) -> list[QuarterGrade]:
    """What was graded 一般 or 后进."""
    return [one for one in grades_in_order(writer) if one.grade in LOW]


def grades(writer: Writer, where: str) -> list[Block]:
    """The year's grades: one's own with points, those of others as numbers for each grade."""
    sentences = []
    for sheet, group in _by_sheet(grades_in_order(writer)).items():
        is_own = all(one.organization_id == writer.fact_set.organization_id for one in group)
        quarters = _by_quarter(group)
        tell = _own if is_own else _others
        slots: Slots = {
            "sheet": wording.clean(group[0].sheet_name),
            "quarters": join_clauses(
                [tell(writer, quarter, graded) for quarter, graded in quarters.items()], "；", "；"
            ),
        }
        clause = writer.phrase("grades.own" if is_own else "grades", set(), slots)
        sentences.append(writer.sentence(f"{where}.{sheet}", clause, ()))
    return sentences


def _by_sheet(found: Sequence[QuarterGrade]) -> dict[str, list[QuarterGrade]]:
    groups: dict[str, list[QuarterGrade]] = {}
    for one in found:
        groups.setdefault(one.sheet, []).append(one)
    return groups


def _by_quarter(found: Sequence[QuarterGrade]) -> dict[str, list[QuarterGrade]]:
    groups: dict[str, list[QuarterGrade]] = {}
    for one in found:
        groups.setdefault(f"第{wording.ordinal(one.quarter)}季度", []).append(one)
    return groups


def _own(writer: Writer, quarter: str, graded: Sequence[QuarterGrade]) -> Clause:
    (one,) = graded
    points = writer.counting.stated("assessment", one.id, one.points, "分", "考评得分")
    grade = f"，定为{GRADE_NAMES[one.grade]}" if one.grade else "，不定等次"
    return quarter + points + grade


def _others(writer: Writer, quarter: str, graded: Sequence[QuarterGrade]) -> Clause:
    """第三季度先进三个、较好五个、一般一个; the parts sum to those assessed, a few go by name."""
    parts = []
    for grade, name in GRADE_NAMES.items():
        found = [one for one in graded if one.grade == grade]
        if not found:
            continue
        if len(graded) <= EACH_BY_NAME:
            named = wording.join([_name(writer, one) for one in found]) + name
            known = sources("assessment", (one.id for one in found))
            parts.append(Clause(named, sources=known))
            continue
        part = name + writer.counting.of(
            "assessment", [one.id for one in found], _GRADED_UNIT, name
        )
        if len(found) <= NAMED_UP_TO:
            part += "（" + "、".join(_name(writer, one) for one in found) + "）"
        parts.append(part)
    is_named = len(graded) <= EACH_BY_NAME
    return quarter + ("，" if is_named else "") + join_clauses(parts, last="、")


def low_grades(writer: Writer, where: str, found: Sequence[QuarterGrade]) -> list[Block]:
    """Who was graded low, in which quarter and by which sheet; too many to name are counted.

    Of those who are only counted, the ones that were 后进 more than once are named.
    """
    sentences = []
    for sheet, group in _by_sheet(found).items():
        if all(_is_own(writer, one) for one in group):
            quarters = [_own_low(grade, group) for grade in _grades(group)]
        else:
            # Where the lowest are too many to be named, those above them are not named either.
            lowest = _by_quarter([one for one in group if one.grade == LOW[0]]).values()
            named = all(len(graded) <= wording.NAMES_LIMIT for graded in lowest)
            quarters = [
                f"{quarter}，"
                + join_clauses(
                    [_low(writer, grade, graded, named=named) for grade in _grades(graded)],
                    *("，", "，"),
                )
                for quarter, graded in _by_quarter(group).items()
            ]
        slots: Slots = {
            "sheet": wording.clean(group[0].sheet_name),
            "quarters": join_clauses(quarters, last="；", separator="；"),
        }
        clause = writer.phrase("low_grades", set(), slots)
        sentences.append(writer.sentence(f"{where}.{sheet}", clause, ()))
        sentences += _repeated(writer, f"{where}.{sheet}.repeated", group)
    return sentences


def _is_own(writer: Writer, one: QuarterGrade) -> bool:
    return one.organization_id == writer.fact_set.organization_id


def _grades(graded: Sequence[QuarterGrade]) -> list[GradeCode]:
    return [grade for grade in LOW if any(one.grade == grade for one in graded)]


def _own_low(grade: GradeCode, group: Sequence[QuarterGrade]) -> Clause:
    """第二季度和第四季度定为一般."""
    quarters = _by_quarter([one for one in group if one.grade == grade])
    ids = (one.id for graded in quarters.values() for one in graded)
    text = wording.join([*quarters]) + f"定为{GRADE_NAMES[grade]}"
    return Clause(text, sources=sources("assessment", ids))


def _name(writer: Writer, one: QuarterGrade) -> str:
    """本级 is the reporting organisation, which has no name of its own in its report."""
    return "本级" if _is_own(writer, one) else one.organization_name


def _low(
    writer: Writer, grade: GradeCode, graded: Sequence[QuarterGrade], *, named: bool
) -> Clause:
    found = [one for one in graded if one.grade == grade]
    ids = [one.id for one in found]
    text = Clause(sources=sources("assessment", ids))
    is_named = named and len(found) <= wording.NAMES_LIMIT
    if is_named:
        text += wording.join([_name(writer, one) for one in found])
    if len(found) > 1 or not is_named:
        text += writer.counting.of("assessment", ids, _GRADED_UNIT, f"定为{GRADE_NAMES[grade]}")
        text += "党组织"
    return text + f"定为{GRADE_NAMES[grade]}"


def _repeated(writer: Writer, where: str, group: Sequence[QuarterGrade]) -> list[Block]:
    """Who was 后进 more than once, where a quarter has too many to be named one by one."""
    quarters = _by_quarter([one for one in group if one.grade == LOW[0]])
    if all(len(graded) <= wording.NAMES_LIMIT for graded in quarters.values()):
        return []
    places: dict[str, list[QuarterGrade]] = {}
    for one in (one for graded in quarters.values() for one in graded):
        places.setdefault(one.organization_id, []).append(one)
    names = writer.fact_set.branch_names
    order = {name: place for place, name in enumerate(names)}
    often = {
        key: graded
        for key, graded in sorted(
            places.items(),
            key=lambda entry: (order.get(entry[1][0].organization_name, -1), entry[0]),
        )
        if len(graded) > 1
    }
    if not often:
        return []
    known = sources("assessment", (one.id for graded in often.values() for one in graded))
    text = Clause(sources=known)
    if len(often) <= wording.NAMES_LIMIT:
        text += wording.join([_name(writer, graded[0]) for graded in often.values()])
    if len(often) > 1:
        text += (
            writer.counting.of("organization", [*often], _GRADED_UNIT, "多次定为后进") + "党组织"
        )
    clause = writer.phrase("low_grades.repeated", set(), {"places": text})
    return [writer.sentence(where, clause, ())]


def answer_to_grades(writer: Writer, found: Sequence[QuarterGrade]) -> Clause:
    """What will be done about low grades, by whom."""
    own = writer.fact_set.organization_id
    names = list(
        dict.fromkeys(one.organization_name for one in found if one.organization_id != own)
    )
    who = f"督促{wording.join(names)}" if names else ""
    if len(names) > wording.NAMES_LIMIT:
        who = "督促有关党组织"
    known = sources("assessment", (one.id for one in found))
    return writer.phrase("plan_deed.grades", set(), {"who": Clause(who, sources=known)})
