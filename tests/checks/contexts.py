"""Small contexts for rules: one branch below one general branch, in 2018."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from app.checks.context import (
    Ballot,
    ExaminationContext,
    ExaminedOrganization,
    ExaminedRecord,
    RosterEntry,
)
from app.checks.findings import ExaminationFinding
from app.checks.service import examine

SPACE = UUID("7a68616f-6461-4e00-8000-000000000000")


def identifier(name: str) -> UUID:
    """An id that a name always has."""
    return uuid5(SPACE, name)


HQ, B1, B2 = (identifier(name) for name in ("hq", "b1", "b2"))
FOUNDED = date(2016, 6, 1)
PLACES = {
    HQ: ExaminedOrganization(HQ, "指挥部党总支", "general_branch", None, FOUNDED),
    B1: ExaminedOrganization(B1, "机关党支部", "party_branch", HQ, FOUNDED),
    B2: ExaminedOrganization(B2, "第一项目部党支部", "party_branch", HQ, FOUNDED),
}
DAY = date(2018, 3, 22)


def member(name: str, place: UUID = B1, **changes: Any) -> RosterEntry:
    """A full member since 2016."""
    fields = {"id": identifier(name), "organization_id": place, "name": name, "is_full": True}
    return RosterEntry(**{**fields, "joined_on": FOUNDED, **changes})


def record(name: str = "一", **changes: Any) -> ExaminedRecord:
    """A meeting of the branch on 22 March 2018, entered on the day after."""
    fields = {
        "id": identifier(f"record {name}"),
        "kind": "meeting",
        "type": "committee_meeting",
        "title": f"支委会会议{name}",
        "organization_id": B1,
        "happened_on": DAY,
        "written_on": date(2018, 3, 23),
    }
    return ExaminedRecord(**{**fields, **changes})


def rectification(name: str = "台账", **changes: Any) -> ExaminedRecord:
    """A problem that was found on 22 March 2018."""
    fields = {"kind": "rectification", "type": "by_deadline", "title": name}
    return record(name, **{**fields, **changes})


def ballot(**changes: Any) -> Ballot:
    """A ballot of ten that adds up."""
    fields = {"matter": "年度计划", "kind": "resolution", "eligible": 10, "present_eligible": 9}
    return Ballot(**{**fields, "yes": 8, "no": 1, "abstained": 0, **changes})


def context(*records: ExaminedRecord, **changes: Any) -> ExaminationContext:
    """The general branch and its two branches, on 1 April 2018."""
    fields = {"root_id": HQ, "year": 2018, "as_of": date(2018, 4, 1), "organizations": PLACES}
    return ExaminationContext(**{**fields, "records": records, **changes})


def found(*records: ExaminedRecord, **changes: Any) -> list[ExaminationFinding]:
    """What is found, apart from the quarter's assemblies."""
    findings = examine(context(*records, **changes))
    return [one for one in findings if one.rule.code != "quarter_without_assembly"]


def codes(*records: ExaminedRecord, **changes: Any) -> list[str]:
    """The codes of what is found, apart from the quarter's assemblies."""
    return [str(one.rule.code) for one in found(*records, **changes)]


def but(one: ExaminedRecord, **changes: Any) -> ExaminedRecord:
    """A record that differs from another one."""
    return replace(one, **changes)
