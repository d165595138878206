"""Routes of tokens, one's own account, users and their roles."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from app.access import passwords, queries, service
from app.access.errors import WrongCredentials, WrongCurrentPassword
from app.access.models import User
from app.access.schemas import (
    Me,
    PasswordChange,
    RoleGrantRead,
    RoleGrantWrite,
    TokenCreated,
    TokenRead,
    TokenRequest,
    UserPatch,
    UserRead,
    UserWrite,
)
from app.core.changes import expect_version
from app.core.http.replies import (
    IfMatch,
    answer_once,
    body_fingerprint,
    no_content,
    reply,
    row_reply,
    table_page,
)
from app.core.http.routing import (
    OPEN_TO_ANYBODY,
    OPENS_UNITS,
    FromQuery,
    UowDep,
    api_router,
    client_address,
    refuse_unknown_parameters,
    uow_for,
)
from app.core.pagination import PageBody, PageParameters
from app.core.schemas import Model
from app.core.uow import Actor, UnitOfWork

tokens = api_router("/access-tokens", "access")
users = api_router("/users", "access")
me = api_router("/me", "access")
NOBODY = Actor(None, "未登录")


class TokensBody(Model):
    """One's own tokens, oldest first."""

    items: list[TokenRead]


class RolesBody(Model):
    """A user's roles, oldest first."""

    items: list[RoleGrantRead]


@tokens.post(
    "",
    summary="用用户名和密码换取访问令牌",
    status_code=201,
    response_model=TokenCreated,
    dependencies=[OPEN_TO_ANYBODY, Depends(refuse_unknown_parameters)],
)
def create_access_token(request: Request, payload: TokenRequest) -> Response:
    """Issue a token; the password is asked each time, a token cannot make another one."""
    state, address = request.app.state, client_address(request)
    try:
        with state.open_uow(NOBODY, write=False) as uow:
            uow.address = address
            proof = passwords.check_password(uow, payload.username, payload.password)
        with state.open_uow(NOBODY, write=True) as uow:
            uow.address, uow.request_id = address, request.scope["request_id"]
            user = passwords.sign_in(uow, proof)
            uow.actor = queries.actor_of(uow.session, user)
            token, secret = service.issue_token(
                uow,
                user,
                name=payload.name,
                days=payload.expires_in_days,
                read_only=payload.read_only,
            )
            listed = TokenRead.model_validate(token)
    except WrongCredentials:
        _count_failure(request, payload.username)
        raise
    body = TokenCreated(**listed.model_dump(), token=secret)
    return reply(body, status=201, location=f"/api/v1/me/access-tokens/{listed.id}")


def _count_failure(request: Request, username: str) -> None:
    state = request.app.state
    with state.database.write() as session:
        passwords.record_failed_login(session, state.clock, username, client_address(request))


@me.get("", summary="当前用户及其角色", response_model=Me)
def get_me(request: Request, uow: UowDep) -> Response:
    """Who the token belongs to."""
    user = _own_account(uow)
    roles = list(uow.session.scalars(queries.grants_of(user.id)))
    account = UserRead.model_validate(user).model_dump(include={"id", "username", "display_name"})
    return reply(Me.model_validate({**account, "roles": roles}), request=request)


def _own_account(uow: UnitOfWork) -> User:
    return uow.session.get_one(User, uow.actor.user_id)


@me.put("/password", summary="修改本人密码", status_code=204, dependencies=[OPENS_UNITS])
def change_password(request: Request, payload: PasswordChange) -> Response:
    """Change one's own password; every token ends, this one included.

    Both passwords take their time to be hashed: that is done before the write begins.
    """
    try:
        with uow_for(request, write=False) as uow:
            user = _own_account(uow)
            proof = passwords.check_current_password(uow, user, payload.current_password)
            password_hash = service.prepare_password(uow, user, payload.password)
        with uow_for(request, write=True) as uow:
            user = passwords.recheck_current_password(uow, proof)
            service.change_password(uow, user, password_hash)
    except WrongCurrentPassword as error:
        _count_failure(request, error.username)
        raise
    return no_content()


@me.get("/access-tokens", summary="本人的令牌", response_model=TokensBody)
def list_access_tokens(uow: UowDep) -> Response:
    """One's own tokens, without their secrets."""
    user = _own_account(uow)
    rows = list(uow.session.scalars(queries.tokens_of(user.id)))
    return reply(TokensBody.model_validate({"items": rows}))


@me.delete("/access-tokens/{token_id}", summary="吊销令牌", status_code=204)
def revoke_access_token(uow: UowDep, token_id: UUID) -> Response:
    """Revoke one of one's own tokens."""
    user = _own_account(uow)
    service.revoke_token(uow, uow.session.scalars(queries.tokens_of(user.id)), token_id)
    return no_content()


@users.post(
    "", summary="新建用户", status_code=201, response_model=UserRead, dependencies=[OPENS_UNITS]
)
def create_user(request: Request, payload: UserWrite) -> Response:
    """Create a user without any role; the password is hashed before the write begins."""
    with uow_for(request, write=False) as uow:
        password_hash = service.prepare_user(uow, payload)

    def create() -> Response:
        user = service.create_user(uow, payload, password_hash)
        return row_reply(UserRead, user, created_in="users")

    with uow_for(request, write=True) as uow:
        return answer_once(uow, request, body_fingerprint(request), create)


@users.get("", summary="查询用户", response_model=PageBody[UserRead])
def list_users(
    request: Request, uow: UowDep, filters: Annotated[PageParameters, FromQuery]
) -> Response:
    """The users whose access the actor manages, and himself."""
    statement = queries.users_visible_to(uow.actor)
    return table_page(request, uow.session, statement, User, UserRead, filters)


@users.get("/{user_id}", summary="查看用户", response_model=UserRead)
def get_user(request: Request, uow: UowDep, user_id: UUID) -> Response:
    """One user."""
    user = service.get_user(uow, user_id)
    return row_reply(UserRead, user, request=request)


@users.patch("/{user_id}", summary="更改姓名或停用用户", response_model=UserRead)
def update_user(
    uow: UowDep, user_id: UUID, payload: UserPatch, if_match: IfMatch = None
) -> Response:
    """Rename, disable or enable a user."""
    user = service.get_user(uow, user_id)
    expect_version(user.version, if_match)
    service.change_user(uow, user, payload)
    return row_reply(UserRead, user)


@users.get("/{user_id}/roles", summary="用户的角色", response_model=RolesBody)
def list_roles(uow: UowDep, user_id: UUID) -> Response:
    """A user's roles."""
    user = service.get_user(uow, user_id)
    rows = list(uow.session.scalars(queries.grants_of(user.id)))
    return reply(RolesBody.model_validate({"items": rows}))


@users.post("/{user_id}/roles", summary="授予角色", status_code=201, response_model=RoleGrantRead)
def grant_role(uow: UowDep, user_id: UUID, payload: RoleGrantWrite) -> Response:
    """Grant a role on an organisation and its subtree."""
    user = service.get_user(uow, user_id)
    grant = service.grant_role(uow, user, payload)
    location = f"/api/v1/users/{user.id}/roles/{grant.id}"
    return reply(RoleGrantRead.model_validate(grant), status=201, location=location)


@users.delete("/{user_id}/roles/{grant_id}", summary="收回角色", status_code=204)
def withdraw_role(uow: UowDep, user_id: UUID, grant_id: UUID) -> Response:
    """Take a role back."""
    user = service.get_user(uow, user_id)
    service.withdraw_role(uow, user, grant_id)
    return no_content()
