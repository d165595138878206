"""What surrounds the records of made-up years: lists, findings, grades, the year before."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.report.facts import (
    DutyCoverage,
    EarlierRecord,
    GradeCode,
    Missed,
    OpenFinding,
    QuarterGrade,
    Waived,
)
from tests.report.years import on

REGULATION = "《中国共产党支部工作条例（试行）》"
# code, name, how many a year, source, article
DUTIES = (
    ("member_assembly", "支部党员大会", 4, REGULATION, "第十一条"),
    ("committee_meeting", "支部委员会会议", 12, REGULATION, "第十二条"),
    ("theme_party_day", "主题党日", 12, REGULATION, "第十六条"),
    ("party_lecture", "党课", 4, f"{REGULATION}及各地做法", "第十六条"),
    ("organizational_life_meeting", "组织生活会", 1, REGULATION, "第十八条"),
    ("dues", "党费收缴公示", 2, None, None),
    ("training", "党员集中培训", 1, "《中国共产党党员教育管理工作条例》", "第十八条"),
    ("report", "半年工作小结报送", 2, "本单位规定", None),
)
KINDS = (
    ("possible_duplicate", "可能重复登记"),
    ("closed_without_evidence", "销号没有佐证材料"),
    ("quarter_without_assembly", "季度内没有支部党员大会"),
    ("copied_text", "多条记录文字雷同"),
)
GRADES: tuple[GradeCode | None, ...] = ("advanced", "good", "good", "average", "lagging", None)


@dataclass(slots=True)
class Ids:
    """Ids that never meet those of records."""

    last: int = 10**9

    def next(self) -> str:
        self.last += 1
        return str(UUID(int=self.last))


def period(number: int, many: int) -> str:
    """The name of one of the periods of 2018."""
    if many == 12:
        return f"2018-{number:02d}"
    if many == 4:
        return f"2018-Q{number}"
    return f"2018-H{number}" if many == 2 else "2018"


def line(
    ids: Ids, place: tuple[str, str], duty: int, states: Sequence[str], *, reason: str = "人员调整"
) -> DutyCoverage:
    """A line with one thing for each state: done, late, missing, waived; entered: done by a late
    entry."""
    code, name, _, source, article = DUTIES[duty]
    kept: dict[str, list[Any]] = {
        "unlinked": [],
        "done": [],
        "late": [],
        "missing": [],
        "waived": [],
        "entered": [],
    }
    for number, state in enumerate(states, start=1):
        key, when = ids.next(), period(number, len(states))
        if state == "missing":
            due = on(max(1, 12 * number // len(states)), 28)
            kept["missing"].append(Missed(id=key, period=when, due_on=due))
        elif state == "waived":
            kept["waived"].append(Waived(id=key, period=when, reason=reason))
        elif state == "entered":
            kept["done"].append(key)
            kept["entered"].append(key)
        else:
            kept[state].append(key)
    return DutyCoverage(
        organization_id=place[0],
        organization_name=place[1],
        code=code,
        name=name,
        position=duty,
        source=source,
        article=article,
        done=tuple(kept["done"]),
        done_late=tuple(kept["late"]),
        late_entries=tuple(kept["entered"]),
        missing=tuple(kept["missing"]),
        unlinked=tuple(kept["unlinked"]),
        waived=tuple(kept["waived"]),
    )


def lists(
    chance: random.Random, places: Mapping[str, str], odds: Mapping[str, float]
) -> tuple[DutyCoverage, ...]:
    """The lists of some organisations; every state as likely as it is told."""
    ids = Ids()
    return tuple(
        line(ids, (key, name), duty, chance.choices([*odds], [*odds.values()], k=entry[2]))
        for name, key in places.items()
        for duty, entry in enumerate(DUTIES)
    )


def findings(
    chance: random.Random, places: Mapping[str, str], records: Sequence[str], many: int
) -> tuple[OpenFinding, ...]:
    """Findings about some of the records."""
    found = []
    for number in range(many):
        code, name = chance.choice(KINDS)
        place = chance.choice([*places])
        found.append(
            OpenFinding(
                id=f"{number:032x}",
                code=code,
                name=name,
                organization_id=places[place],
                organization_name=place,
                record_ids=tuple(chance.sample(records, min(len(records), 2))),
            )
        )
    return tuple(found)


def grades(
    chance: random.Random, places: Mapping[str, str], quarters: Sequence[int]
) -> tuple[QuarterGrade, ...]:
    """A grade for each organisation and quarter."""
    ids = Ids(2 * 10**9)
    return tuple(
        QuarterGrade(
            id=ids.next(),
            organization_id=key,
            organization_name=name,
            quarter=quarter,
            sheet="standard",
            sheet_name="党支部季度考评表",
            points=Decimal(chance.randint(100, 200)) / 2,
            grade=chance.choice(GRADES),
        )
        for name, key in places.items()
        for quarter in quarters
    )


def earlier(chance: random.Random, many: int) -> tuple[EarlierRecord, ...]:
    """Records of the year before."""
    ids = Ids(3 * 10**9)
    kinds = (
        *(("meeting", "member_assembly"), ("meeting", "party_lecture"), ("activity", "reading")),
        ("meeting", "theme_party_day"),
        *(("output", "policy_document"), ("output", "article")),
    )
    return tuple(
        EarlierRecord(id=ids.next(), kind=kind, type=type_)
        for kind, type_ in (chance.choice(kinds) for _ in range(many))
    )
