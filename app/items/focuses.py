"""Categories of responsibility (责任类别): seven by default, each tree edits its own."""

from uuid import UUID

from sqlalchemy import Select, or_, select

from app.core.audit import Trail
from app.core.changes import patched, write_fields
from app.core.ids import new_id
from app.core.schemas import Model
from app.core.uow import Actor, Permission, UnitOfWork
from app.items.errors import FocusTaken
from app.items.models import Focus
from app.items.schemas import FocusWrite
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require
from app.organizations.schemas import OrganizationWrite
from app.organizations.service import add_organization

_TRAIL = Trail("focus", tuple(FocusWrite.model_fields), owner="root_id")
DEFAULT_FOCUSES = (
    ("theoretical_study", "理论武装"),
    ("party_leadership", "党的领导"),
    ("party_building_quality", "党建质量"),
    ("dual_responsibility", "一岗双责"),
    ("integrity", "党风廉政"),
    ("rectification", "问题整改"),
    ("core_work", "中心工作"),
)


def add_default_focuses(uow: UnitOfWork, root_id: UUID) -> None:
    """Give a new tree the seven default categories."""
    for position, (code, name) in enumerate(DEFAULT_FOCUSES, start=1):
        values = {"code": code, "name": name, "position": position, "retired": False}
        uow.session.add(Focus(id=new_id(), root_id=root_id, **values))
    uow.session.flush()


def new_root(uow: UnitOfWork, payload: OrganizationWrite, time_zone: str) -> Organization:
    """Create the root of a tree, with its default categories; the caller has the right to do so.

    Raises:
        NameTaken: there is a root of this name.
    """
    root = add_organization(uow, payload, None, time_zone=time_zone)
    add_default_focuses(uow, root.id)
    return root


def visible_to(actor: Actor) -> Select[Focus]:
    """Select the categories of every tree of which the actor may read some part."""
    readable = OrganizationAncestor.ancestor_id.in_(list(actor.roots(Permission.READ)))
    below = OrganizationAncestor.descendant_id == Organization.id
    roots = select(Organization.root_id).join(OrganizationAncestor, below).where(readable)
    return select(Focus).where(Focus.root_id.in_(roots))


def get_focus(uow: UnitOfWork, focus_id: UUID) -> Focus:
    """Return a category.

    Raises:
        NotFound: there is none, or it is out of the actor's sight.
    """
    return uow.get_or_404(
        visible_to(uow.actor).where(Focus.id == focus_id), "没有这个责任类别，或您无权查看。"
    )


def add_focus(uow: UnitOfWork, root_id: UUID, payload: FocusWrite) -> Focus:
    """Add a category to a tree.

    Raises:
        FocusTaken: the tree has one of this code or name.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    _refuse_taken(uow, root_id, payload, None)
    focus = Focus(id=new_id(), root_id=root_id, **payload.model_dump())
    uow.session.add(focus)
    uow.session.flush()
    _TRAIL.note(uow, "focus.created", focus)
    return focus


def change_focus(uow: UnitOfWork, focus: Focus, patch: Model) -> None:
    """Rename, reorder or retire a category; records keep it, its code stays.

    Raises:
        FocusTaken: the tree has another one of this name.
    """
    require(uow, Permission.MANAGE_ORGANIZATIONS, focus.root_id)
    before = _TRAIL.state(focus)
    payload = patched(FocusWrite.model_validate(before), patch)
    _refuse_taken(uow, focus.root_id, payload, focus.id)
    write_fields(focus, payload)
    uow.session.flush()
    _TRAIL.note(uow, "focus.changed", focus, before)


def _refuse_taken(uow: UnitOfWork, root_id: UUID, payload: FocusWrite, own: UUID | None) -> None:
    same = select(Focus.id).where(
        Focus.root_id == root_id, or_(Focus.code == payload.code, Focus.name == payload.name)
    )
    if own:
        same = same.where(Focus.id != own)
    if uow.session.execute(same).first():
        raise FocusTaken("已有同代码或同名的责任类别，请换一个。")
