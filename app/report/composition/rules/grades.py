"""Grades of the quarterly assessments: how many of which, and who was graded low."""

from collections.abc import Mapping, Sequence

from app.assessment.rules import GRADE_LABELS
from app.report.blocks import Block
from app.report.composition import wording
from app.report.composition.counts import Clause, Slots, join_clauses, sources
from app.report.composition.writer import Writer
from app.report.knowledge import GradeCode, QuarterGrade

GRADE_NAMES: Mapping[str | None, str] = {
    **{str(grade): label for grade, label in GRADE_LABELS.items()},
    None: "不定等次",
}
LOW: tuple[GradeCode, ...] = ("lagging", "average")
NAMED_UP_TO = 2
EACH_BY_NAME = 3
_UNIT = "个"


def in_order(writer: Writer) -> list[QuarterGrade]:
    """The grades by sheet, quarter and organisation."""
    names = writer.fact_set.branch_names
    places = {name: place for place, name in enumerate(names)}

    def key(one: QuarterGrade) -> tuple[str, int, int, str, str]:
        place = places.get(one.organization_name, -1)
        return one.sheet, one.quarter, place, one.organization_name, one.id

    return sorted(writer.fact_set.grades, key=key)


def low(writer: Writer) -> list[QuarterGrade]:
    """What was graded 一般 or 后进."""
    return [one for one in in_order(writer) if one.grade in LOW]


def grades(writer: Writer, where: str) -> list[Block]:
    """The year's grades: one's own with points, those of others as numbers for each grade."""
    sentences = []
    for sheet, group in _by_sheet(in_order(writer)).items():
        is_own = all(one.organization_id == writer.fact_set.organization_id for one in group)
        quarters = _by_quarter(group)
        tell = _own if is_own else _others
        slots: Slots = {
            "sheet": wording.clean(group[0].sheet_name),
            "quarters": join_clauses(
                [tell(writer, quarter, graded) for quarter, graded in quarters.items()], "；", "；"
            ),
        }
        clause = writer.say("grades.own" if is_own else "grades", set(), slots)
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
        part = name + writer.counting.of("assessment", [one.id for one in found], _UNIT, name)
        if len(found) <= NAMED_UP_TO:
            part += "（" + "、".join(_name(writer, one) for one in found) + "）"
        parts.append(part)
    is_named = len(graded) <= EACH_BY_NAME
    return quarter + ("，" if is_named else "") + join_clauses(parts, last="、")


def shortcoming(writer: Writer, where: str, found: Sequence[QuarterGrade]) -> list[Block]:
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
        clause = writer.say("low_grades", set(), slots)
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
        text += writer.counting.of("assessment", ids, _UNIT, f"定为{GRADE_NAMES[grade]}")
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
        text += writer.counting.of("organization", [*often], _UNIT, "多次定为后进") + "党组织"
    clause = writer.say("low_grades.repeated", set(), {"places": text})
    return [writer.sentence(where, clause, ())]


def answer(writer: Writer, found: Sequence[QuarterGrade]) -> Clause:
    """What will be done about low grades, by whom."""
    own = writer.fact_set.organization_id
    names = list(
        dict.fromkeys(one.organization_name for one in found if one.organization_id != own)
    )
    who = f"督促{wording.join(names)}" if names else ""
    if len(names) > wording.NAMES_LIMIT:
        who = "督促有关党组织"
    known = sources("assessment", (one.id for one in found))
    return writer.say("plan_deed.grades", set(), {"who": Clause(who, sources=known)})
