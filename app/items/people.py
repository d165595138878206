"""People on records: from the roster or by name, each of them once."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select

from app.core.errors import NotFound, ValidationFailed
from app.core.uow import UnitOfWork
from app.items.models import Item, PersonRow
from app.items.rules import person_key
from app.items.schemas import PersonField
from app.organizations.models import Member, Organization
from app.organizations.queries import members_visible_to

PersonRowT = TypeVar("PersonRowT", bound=PersonRow)
NOT_ON_ROSTER = "花名册中没有这名党员，或您无权查看。"


def loaded(item: Item, name: str) -> list[Any]:
    """Return a collection of a stored record; a new one has none to load."""
    return getattr(item, name) if name in item.__dict__ else []


def person_rows(
    uow: UnitOfWork,
    item: Item,
    field: str,
    row_type: type[PersonRowT],
    people: Sequence[PersonField],
) -> list[PersonRowT]:
    """Make the rows of a record's list of people; present rows are kept, position by position.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
        ValidationFailed: somebody is named twice.
    """
    present: list[PersonRowT] = loaded(item, field)
    written = {row.member_id: row.name for row in present if row.member_id}
    names = names_of(uow, item, people, f"#/{field}/{{}}", written)
    _refuse_repeats(field, people, names)
    by_position = {row.position: row for row in present}
    rows: list[PersonRowT] = []
    for position, (person, name) in enumerate(zip(people, names, strict=True)):
        row = by_position.get(position) or row_type()
        row.position, row.member_id, row.name = position, person.member_id, name
        rows.append(row)
    return rows


def names_of(
    uow: UnitOfWork,
    item: Item,
    people: Sequence[PersonField],
    pointer: str,
    written: Mapping[UUID, str],
) -> list[str]:
    """Return the people's names; ``pointer`` leads to a person, ``{}`` in it is the position.

    Members whom the record already names (``written``) stay, also when they have since moved out
    of the actor's sight.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
    """
    roster = dict(written)
    new_ids = {person.member_id for person in people if person.member_id} - written.keys()
    if new_ids:
        statement = members_of_tree(uow, item.organization.root_id)
        members = uow.session.scalars(statement.where(Member.id.in_(new_ids)))
        roster |= {member.id: member.name for member in members}
    names = []
    for position, person in enumerate(people):
        if person.member_id and person.member_id not in roster:
            raise NotFound.at(NOT_ON_ROSTER, pointer=f"{pointer.format(position)}/member_id")
        names.append(person.name or (roster[person.member_id] if person.member_id else ""))
    return names


def members_of_tree(uow: UnitOfWork, root_id: UUID) -> Select[Member]:
    """Select the members of one tree whom the actor may see.

    Also for somebody who works in two trees, nothing refers from one to the other.
    """
    tree = select(Organization.id).where(Organization.root_id == root_id)
    return members_visible_to(uow.actor).where(Member.organization_id.in_(tree))


def _refuse_repeats(field: str, people: Sequence[PersonField], names: Sequence[str]) -> None:
    # A bare name that a listed member bears may be that member: it would be counted twice.
    pairs = list(zip(people, names, strict=True))
    members = {name for person, name in pairs if person.member_id}
    seen: set[str] = set()
    for position, (person, name) in enumerate(pairs):
        key = person_key(person.member_id, name)
        if key in seen or (person.member_id is None and name in members):
            part = "member_id" if person.member_id else "name"
            raise ValidationFailed.at(
                f"#/{field}/{position}/{part}",
                "person_repeated",
                "名单中已有此人；如是同名的另一人，请从花名册选择，或在姓名后注明单位",
            )
        seen.add(key)
