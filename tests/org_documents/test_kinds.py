"""What every kind of kept document does alike, in few statements."""

from typing import Any

import pytest
from sqlalchemy import select

from app.core.audit import AuditEntry
from app.org_documents.kinds import DocumentKind
from app.report.routes import REPORT_BOOK
from app.rulesets.routes import RULE_SET
from tests.support.properties import counted_statements
from tests.support.world import World

KINDS = pytest.mark.parametrize("kind", [RULE_SET, REPORT_BOOK], ids=lambda kind: kind.name)


def body(code: str, name: str = "本单位文本") -> dict[str, Any]:
    return {"code": code, "name": name}


@KINDS
def test_one_at_most_is_in_force_and_every_turn_is_noted(
    world: World, kind: DocumentKind[Any]
) -> None:
    admin, place = world.as_role("admin"), f"/organizations/{world.hq}/{kind.plural}"
    first, second = (admin.created(place, body(f"kept_{number}")) for number in (1, 2))
    for made in (first, second):
        path = f"/{kind.plural}/{made['id']}"
        assert admin.patch(path, {"status": "in_force"}, version=1).status_code == 200
    states = [row["status"] for row in admin.ok(f"/{kind.plural}")["items"]]
    assert states == ["available", "in_force"]
    with world.app.state.database.read() as session:
        noted = session.scalars(
            select(AuditEntry)
            .where(AuditEntry.subject_kind == kind.name, AuditEntry.organization_id == world.hq)
            .order_by(AuditEntry.sequence)
        ).all()
    turned = f"{kind.name}.status_changed"
    assert [entry.action for entry in noted] == [f"{kind.name}.created"] * 2 + [turned] * 3
    assert [str(entry.subject_id) for entry in noted[2:]] == [
        first["id"],
        first["id"],
        second["id"],
    ]


@KINDS
def test_the_tables_of_a_kind_fit_together(kind: DocumentKind[Any]) -> None:
    [key] = kind.revision.__table__.c[kind.revision_of.key].foreign_keys
    assert key.column.table is kind.model.__table__
    assert kind.model.__mapper__.version_id_col is kind.model.__table__.c.version
    names = {index.name for index in kind.model.__table__.indexes}
    table = kind.model.__tablename__
    assert names == {f"ix_{table}_organization", f"ix_{table}_in_force"}


@KINDS
def test_reading_and_writing_take_few_statements(world: World, kind: DocumentKind[Any]) -> None:
    admin, place = world.as_role("admin"), f"/organizations/{world.hq}/{kind.plural}"
    with counted_statements(world.app) as creating:
        made = admin.created(place, body("kept"))
    assert len(creating) <= 10, "\n".join(creating)
    path = f"/{kind.plural}/{made['id']}"
    with counted_statements(world.app) as few:
        admin.ok(f"/{kind.plural}")
        admin.ok(f"{path}/revisions")
    for version in (1, 2, 3):
        with counted_statements(world.app) as revising:
            said = body("kept", f"第{version}版")
            done = admin("PUT", f"{path}/document", json=said, version=version)
        assert done.status_code == 200, done.text
        assert len(revising) <= 12, "\n".join(revising)
        admin.created(place, body(f"kept_{version}"))
    with counted_statements(world.app) as many:
        assert len(admin.ok(f"/{kind.plural}")["items"]) == 4
        assert len(admin.ok(f"{path}/revisions")["items"]) == 4
    assert len(few) == len(many) == 5, "\n".join(many)
