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
        uow.session.add(
            Focus(
                id=new_id(), root_id=root_id, code=code, name=name, position=position, retired=False
            )
        )
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
    """The categories of every tree of which the actor may read some part."""
    readable = list(actor.roots(Permission.READ))
    roots = (
        select(Organization.root_id)
        .join(OrganizationAncestor, OrganizationAncestor.descendant_id == Organization.id)
        .where(OrganizationAncestor.ancestor_id.in_(readable))
    )
    return select(Focus).where(Focus.root_id.in_(roots))


def get_focus(uow: UnitOfWork, focus_id: UUID) -> Focus:
    """A category in the actor's sight, or NotFound."""
    return uow.get_or_404(
        visible_to(uow.actor).where(Focus.id == focus_id), "没有这个责任类别，或您无权查看。"
    )


def add_focus(uow: UnitOfWork, root_id: UUID, wish: FocusWrite) -> Focus:
    """Add a category to a tree."""
    require(uow, Permission.MANAGE_ORGANIZATIONS, root_id)
    _check_unique(uow, root_id, wish, None)
    focus = Focus(id=new_id(), root_id=root_id, **wish.model_dump())
    uow.session.add(focus)
    uow.session.flush()
    _TRAIL.note(uow, "focus.created", focus)
    return focus


def change_focus(uow: UnitOfWork, focus: Focus, patch: Model) -> None:
    """Rename, reorder or retire a category; records keep it, its code stays."""
    require(uow, Permission.MANAGE_ORGANIZATIONS, focus.root_id)
    before = _TRAIL.state(focus)
    wish = patched(FocusWrite.model_validate(before), patch)
    _check_unique(uow, focus.root_id, wish, focus.id)
    write_fields(focus, wish)
    uow.session.flush()
    _TRAIL.note(uow, "focus.changed", focus, before)


def _check_unique(uow: UnitOfWork, root_id: UUID, wish: FocusWrite, own: UUID | None) -> None:
    same = select(Focus.id).where(
        Focus.root_id == root_id,
        or_(Focus.code == wish.code, Focus.name == wish.name),
        Focus.id != own if own else Focus.id.is_not(None),
    )
    if uow.session.execute(same).first():
        raise FocusTaken("已有同代码或同名的责任类别，请换一个。")
