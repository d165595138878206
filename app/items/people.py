"""People on records: from the roster or by name, each of them once."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import select

from app.core.errors import NotFound, ValidationFailed
from app.core.uow import UnitOfWork
from app.items.models import Item, PersonRow
from app.items.rules import person_key
from app.items.schemas import PersonField
from app.organizations.models import Member, Organization
from app.organizations.queries import members_visible_to

PersonRowT = TypeVar("PersonRowT", bound=PersonRow)


def loaded(item: Item, name: str) -> list[Any]:
    """A collection of a stored record; a new one has none to load."""
    return getattr(item, name) if name in item.__dict__ else []


def person_rows(
    uow: UnitOfWork,
    item: Item,
    field: str,
    row_type: type[PersonRowT],
    people: Sequence[PersonField],
) -> list[PersonRowT]:
    """The rows of a record's list of people; the rows that it has are kept, place by place.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
        ValidationFailed: somebody is named twice.
    """
    present: list[PersonRowT] = loaded(item, field)
    written = {row.member_id: row.name for row in present if row.member_id}
    names = names_of(uow, item, people, f"#/{field}/{{}}", written)
    _refuse_repeats(field, people, names)
    kept = {row.position: row for row in present}
    rows: list[PersonRowT] = []
    for position, (person, name) in enumerate(zip(people, names, strict=True)):
        row = kept.get(position) or row_type()
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
    """The people's names; ``pointer`` is a person's place in the body, ``{}`` for its position.

    Members whom the record already names (``written``) stay, also when they have since moved out
    of the actor's sight.

    Raises:
        NotFound: the roster has no such member in the actor's sight.
    """
    new = {person.member_id for person in people if person.member_id} - written.keys()
    roster = {**written, **_roster(uow, item, new)}
    names = []
    for position, person in enumerate(people):
        if person.member_id and person.member_id not in roster:
            words = "花名册中没有这名党员，或您无权查看。"
            raise NotFound.at(words, pointer=f"{pointer.format(position)}/member_id")
        names.append(person.name or (roster[person.member_id] if person.member_id else ""))
    return names


def _roster(uow: UnitOfWork, item: Item, member_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of members of the record's own tree whom the actor may see."""
    if not member_ids:
        return {}
    root_id = item.organization.root_id
    tree = select(Organization.id).where(Organization.root_id == root_id)
    found = members_visible_to(uow.actor).where(
        Member.id.in_(member_ids), Member.organization_id.in_(tree)
    )
    return {member.id: member.name for member in uow.session.scalars(found)}


def _refuse_repeats(field: str, people: Sequence[PersonField], names: Sequence[str]) -> None:
    # A bare name that a listed member bears may be that member: it would be counted twice.
    pairs = list(zip(people, names, strict=True))
    members = {name for person, name in pairs if person.member_id}
    seen: set[str] = set()
    for position, (person, name) in enumerate(pairs):
        key = person_key(person.member_id, name)
        if key in seen or (person.member_id is None and name in members):
            place = "member_id" if person.member_id else "name"
            raise ValidationFailed.at(
                f"#/{field}/{position}/{place}",
                "person_repeated",
                "名单中已有此人；如是同名的另一人，请从花名册选择，或在姓名后注明单位",
            )
        seen.add(key)
