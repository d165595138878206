"""Categories of responsibility (责任类别): seven by default, each tree edits its own."""

from uuid import UUID

from sqlalchemy import Select, or_, select

from app.core.actor import Actor, Permission
from app.core.audit import Trail
from app.core.ids import new_id
from app.core.patching import patched, write_fields
from app.core.schemas import Model
from app.core.unit import Unit
from app.items.errors import FocusTaken
from app.items.models import Focus
from app.items.schemas import FocusWrite
from app.organizations.models import Organization, OrganizationAncestor
from app.organizations.queries import require
from app.organizations.schemas import OrganizationWrite
from app.organizations.service import plant

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


def plant_default_focuses(unit: Unit, root_id: UUID) -> None:
    """Give a new tree the seven default categories."""
    for position, (code, name) in enumerate(DEFAULT_FOCUSES, start=1):
        unit.session.add(
            Focus(
                id=new_id(), root_id=root_id, code=code, name=name, position=position, retired=False
            )
        )
    unit.session.flush()


def new_root(unit: Unit, payload: OrganizationWrite, time_zone: str) -> Organization:
    """Create the root of a tree, with its default categories; the caller has the right to do so.

    Raises:
        NameTaken: there is a root of this name.
    """
    root = plant(unit, payload, None, time_zone=time_zone)
    plant_default_focuses(unit, root.id)
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


def get_focus(unit: Unit, focus_id: UUID) -> Focus:
    """A category in the actor's sight, or NotFound."""
    return unit.get_or_404(
        visible_to(unit.actor).where(Focus.id == focus_id), "没有这个责任类别，或您无权查看。"
    )


def add_focus(unit: Unit, root_id: UUID, wish: FocusWrite) -> Focus:
    """Add a category to a tree."""
    require(unit, Permission.MANAGE_ORGANIZATIONS, root_id)
    _check_unique(unit, root_id, wish, None)
    focus = Focus(id=new_id(), root_id=root_id, **wish.model_dump())
    unit.session.add(focus)
    unit.session.flush()
    _TRAIL.note(unit, "focus.created", focus)
    return focus


def change_focus(unit: Unit, focus: Focus, patch: Model) -> None:
    """Rename, reorder or retire a category; records keep it, its code stays."""
    require(unit, Permission.MANAGE_ORGANIZATIONS, focus.root_id)
    before = _TRAIL.state(focus)
    wish = patched(FocusWrite.model_validate(before), patch)
    _check_unique(unit, focus.root_id, wish, focus.id)
    write_fields(focus, wish)
    unit.session.flush()
    _TRAIL.note(unit, "focus.changed", focus, before)


def _check_unique(unit: Unit, root_id: UUID, wish: FocusWrite, own: UUID | None) -> None:
    same = select(Focus.id).where(
        Focus.root_id == root_id,
        or_(Focus.code == wish.code, Focus.name == wish.name),
        Focus.id != own if own else Focus.id.is_not(None),
    )
    if unit.session.execute(same).first():
        raise FocusTaken("已有同代码或同名的责任类别，请换一个。")
