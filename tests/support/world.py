"""A small tree of its own for each test: whatever other tests wrote, its people do not see it."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from fastapi import FastAPI
from starlette.testclient import TestClient

from app.access import service as access
from app.access.models import User
from app.access.rules import Role
from app.access.schemas import RoleGrantWrite
from app.core.clock import FixedClock
from app.core.ids import new_id
from app.core.uow import Actor
from app.items.focuses import add_default_focuses
from app.organizations import service as organizations
from app.organizations.models import Organization
from app.organizations.rules import OrganizationKind
from app.organizations.schemas import OrganizationWrite

SYSTEM = Actor(None, "测试")
API = "/api/v1"


@dataclass
class World:
    """Two trees: ours (集团公司党委 › 指挥部党总支 › three branches) and a foreign one."""

    app: FastAPI
    http: TestClient
    root: UUID
    hq: UUID
    b1: UUID
    b2: UUID
    b3: UUID
    foreign: UUID
    clients: dict[tuple[str, UUID], "Client"] = field(default_factory=dict)

    @property
    def clock(self) -> FixedClock:
        """The application's clock, to be set at will."""
        clock: FixedClock = self.app.state.clock
        return clock

    def as_role(self, *roles: str, on: UUID | None = None) -> "Client":
        """A client whose user has these roles on an organisation (指挥部党总支 unless told)."""
        place = on or self.hq
        key = ("+".join(roles), place)
        if key not in self.clients:
            self.clients[key] = Client(self.http, new_user(self.app, place, *roles))
        return self.clients[key]

    @property
    def secretary(self) -> "Client":
        """The secretary of 指挥部党总支, with the supervision permission."""
        return self.as_role("secretary", "supervision")

    @property
    def clerk(self) -> "Client":
        """A clerk of 指挥部党总支, without the supervision permission."""
        return self.as_role("clerk")


@dataclass(frozen=True)
class Client:
    """Calls the API with one user's token."""

    http: TestClient
    token: str

    def __call__(self, method: str, path: str, **options: Any) -> Any:  # noqa: ANN401 - a response
        """One request; ``version`` becomes If-Match, ``key`` becomes Idempotency-Key."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        if (version := options.pop("version", None)) is not None:
            headers["If-Match"] = f'"{version}"'
        if (key := options.pop("key", None)) is not None:
            headers["Idempotency-Key"] = key
        return self.http.request(method, API + path, headers=headers, **options)

    def get(self, path: str, **query: Any) -> Any:  # noqa: ANN401 - a response
        """GET with query parameters."""
        return self("GET", path, params=query)

    def post(self, path: str, body: object = None, **options: Any) -> Any:  # noqa: ANN401 - a response
        """POST a JSON body."""
        return self("POST", path, json=body, **options)

    def patch(self, path: str, body: object, **options: Any) -> Any:  # noqa: ANN401 - a response
        """PATCH with a JSON body."""
        return self("PATCH", path, json=body, **options)

    def created(self, path: str, body: object) -> dict[str, Any]:
        """POST, insist on 201, return the body."""
        response = self.post(path, body)
        assert response.status_code == 201, response.text
        result: dict[str, Any] = response.json()
        return result

    def ok(self, path: str, **query: object) -> dict[str, Any]:
        """GET, insist on 200, return the body."""
        response = self.get(path, **query)
        assert response.status_code == 200, response.text
        result: dict[str, Any] = response.json()
        return result

    def rows(self, path: str, **query: object) -> list[dict[str, Any]]:
        """All rows of a list, page after page."""
        page = self.ok(path, limit=200, **query)
        rows: list[dict[str, Any]] = page["items"]
        while page["next_cursor"]:
            page = self.ok(path, limit=200, cursor=page["next_cursor"], **query)
            rows += page["items"]
        return rows


def build_world(app: FastAPI, http: TestClient) -> World:
    """Plant two trees through the services."""
    with app.state.open_uow(SYSTEM, write=True) as uow:

        def plant(name: str, kind: OrganizationKind, parent: Organization | None) -> Organization:
            wish = OrganizationWrite(name=name, kind=kind)
            return organizations.add_organization(uow, wish, parent, time_zone="Asia/Shanghai")

        tag = uuid4().hex[:8]
        root = plant(f"集团公司党委{tag}", OrganizationKind.PARTY_COMMITTEE, None)
        foreign = plant(f"外单位党委{tag}", OrganizationKind.PARTY_COMMITTEE, None)
        for tree in (root, foreign):
            add_default_focuses(uow, tree.id)
        hq = plant("指挥部党总支", OrganizationKind.GENERAL_BRANCH, root)
        branches = [
            plant(name, OrganizationKind.PARTY_BRANCH, hq)
            for name in ("机关党支部", "第一项目部党支部", "第二项目部党支部")
        ]
        b1, b2, b3 = (branch.id for branch in branches)
        return World(app, http, root.id, hq.id, b1, b2, b3, foreign.id)


def new_user(app: FastAPI, place: UUID, *roles: str) -> str:
    """A user with roles on an organisation; returns a token. Spares the slow password hash."""
    with app.state.open_uow(SYSTEM, write=True) as uow:
        user = User(
            id=new_id(),
            username=f"u{uuid4().hex[:16]}",
            display_name="、".join(roles) or "无角色",
            password_hash="!",
            home_organization_id=place,
            created_at=uow.now(),
        )
        uow.session.add(user)
        uow.session.flush()
        for role in roles:
            access.add_grant(uow, user, RoleGrantWrite(organization_id=place, role=Role(role)))
        _, secret = access.issue_token(uow, user, name="测试", days=3650, read_only=False)
    return secret
