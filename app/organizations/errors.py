"""Rules of the tree that a request can break."""

from app.core.errors import AppError


class KindNotAllowedHere(AppError):
    """An organisation of this kind cannot have that parent."""

    code = "organization_kind_not_allowed"
    title = "上下级组织类型不匹配"


class NameTaken(AppError):
    """Another organisation below the same parent has this name."""

    code = "organization_name_taken"
    title = "同级已有同名组织"


class MoveNotAllowed(AppError):
    """An organisation cannot be moved there."""

    code = "organization_move_not_allowed"
    title = "不能移动到该位置"


class MembershipNotAllowed(AppError):
    """A member's dates or rights contradict each other."""

    code = "membership_not_allowed"
    title = "党员信息前后矛盾"
