"""Published lists follow the tree: a party group set up or moved owes what its branch's list says.

When organisations are founded and dissolved is asked when a list is read (``standing.times``).
"""

from sqlalchemy import select

from app.checklist.generation import generate
from app.checklist.models import DutyList
from app.checklist.rules import ListStatus
from app.core.unit import Unit
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind


def follow_founding(unit: Unit, organization: Organization) -> None:
    """Let a new party group owe what published lists of its branch ask of each group.

    From the year of its founding on, or from the present one when that is not known.
    """
    founded = organization.founded_on or unit.today(organization.time_zone)
    _follow(unit, organization, founded.year)


def follow_move(unit: Unit, organization: Organization) -> None:
    """Let a party group take what it owes along to its new branch's list of the present year.

    Earlier years stay on the list of the branch that it belonged to.
    """
    _follow(unit, organization, unit.today(organization.time_zone).year)


def _follow(unit: Unit, organization: Organization, year: int) -> None:
    if organization.kind != OrganizationKind.PARTY_GROUP:
        return
    lists = select(DutyList).where(
        DutyList.organization_id == organization.parent_id,
        DutyList.year >= year,
        DutyList.status == ListStatus.PUBLISHED,
    )
    generate(unit, unit.session.scalars(lists.with_for_update()).all())
