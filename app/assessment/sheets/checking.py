"""Whether a score sheet names duties that there are: a misspelt one would never be deducted."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import or_, select

from app.assessment.sheets.documents import SheetDocument
from app.checklist.models import Duty, DutyList
from app.core.errors import Flaw, ValidationFailed
from app.core.unit import Unit
from app.organizations.models import Organization
from app.rulesets.queries import newest_documents, shelves
from app.rulesets.standard import standard


def check_duties(unit: Unit, root_id: UUID, document: SheetDocument) -> None:
    """Refuse codes that are in no rule set and on no list of the tree; one round of all flaws.

    Raises:
        ValidationFailed: it names duties that nobody owes.
    """
    named = dict(_named(document))
    unknown = set(named.values()) - _of_rule_sets(unit, root_id)
    if unknown:
        unknown -= _on_lists(unit, root_id, unknown)
    flaws = [
        Flaw("duty_unknown", f"规则集和清单中都没有代码为“{code}”的责任项，请核对", pointer=pointer)
        for pointer, code in named.items()
        if code in unknown
    ]
    if flaws:
        raise ValidationFailed(flaws[0].detail, flaws=flaws)


def _named(document: SheetDocument) -> Iterator[tuple[str, str]]:
    for at, item in enumerate(document.items):
        for number, rule in enumerate(item.deductions):
            place = f"#/items/{at}/deductions/{number}"
            for field, codes in (("duties", rule.duties), ("except_duties", rule.except_duties)):
                for position, code in enumerate(codes):
                    yield f"{place}/{field}/{position}", code


def _families(codes: Iterator[str]) -> Iterator[str]:
    """Codes, and what stands before the colon: ``special_meeting`` names every topic of it."""
    for code in codes:
        yield code
        yield code.partition(":")[0]


def _of_rule_sets(unit: Unit, root_id: UUID) -> set[str]:
    shelf = shelves(unit.session, [root_id]).get(root_id, {})
    documents = [standard(), *newest_documents(unit.session, shelf.values()).values()]
    return set(_families(rule.code for document in documents for rule in document.rules))


def _on_lists(unit: Unit, root_id: UUID, codes: set[str]) -> set[str]:
    """Those that are lines of some list of the tree."""
    lines, lists, places = (one.__table__.c for one in (Duty, DutyList, Organization))
    statement = (
        select(lines.code)
        .join(DutyList.__table__, lists.id == lines.list_id)
        .join(Organization.__table__, places.id == lists.organization_id)
        .where(
            places.root_id == root_id,
            or_(lines.code.in_(codes), *(lines.code.startswith(f"{code}:") for code in codes)),
        )
        .distinct()
    )
    return set(_families(iter(unit.session.scalars(statement))))
