"""The one table of who may do what: every operation, what it takes, and a call that tries it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import uuid4

from app.core.ids import new_id
from tests.access.sites import RECORDS, SHEET, SINGULAR, Site, account


class Needs(StrEnum):
    """What an operation takes of whoever is inside the tree's part."""

    PUBLIC = "nobody must be signed in"
    SELF = "one's own account"
    READ = "read; otherwise the thing does not exist"
    WRITE = "read and write"
    REVIEW = "read and review"
    ORGANIZE = "read and manage organisations"
    ORGANIZE_BOTH = "the same, here and at the new parent"
    ORGANIZE_ROOT = "the same, at the root of the tree"
    TREE = "read any part of the tree"
    ACCOUNTS = "manage access; otherwise the user does not exist"
    ENROL = "read and manage access"
    SECRET_READ = "read and supervise; otherwise the thing does not exist"
    SECRET_CREATE = "read, write and supervise"
    SECRET_WRITE = "read and supervise to see it, write to change it"


Call = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True)
class Operation:
    """What an operation takes, and one call of it in a place."""

    needs: Needs
    call: Callable[[Site], Call]


def _get(path: Callable[[Site], str], needs: Needs = Needs.READ) -> Operation:
    return Operation(needs, lambda s: ("GET", path(s), {}))


def _versioned(
    method: str,
    needs: Needs,
    path: Callable[[Site], str],
    version: Callable[[Site], int],
    body: Mapping[str, object] | None = None,
) -> Operation:
    options = {} if body is None else {"json": dict(body)}
    return Operation(needs, lambda s: (method, path(s), {"version": version(s), **options}))


def _record_operations(kind: str) -> dict[str, Operation]:
    secret = kind == "sanctions"
    read = Needs.SECRET_READ if secret else Needs.READ
    write = Needs.SECRET_WRITE if secret else Needs.WRITE
    one = SINGULAR[kind]

    def path(site: Site) -> str:
        return f"/{kind}/{site.record(kind)['id']}"

    def version(site: Site) -> int:
        return int(site.record(kind)["version"])

    table = {
        f"create_{one}": Operation(
            Needs.SECRET_CREATE if secret else Needs.WRITE,
            lambda s: ("POST", f"/{kind}", {"json": RECORDS[kind](s)}),
        ),
        f"list_{kind}": _get(lambda s: f"/{kind}?organization_id={s.place}"),
        f"get_{one}": _get(path, read),
        f"update_{one}": _versioned("PATCH", write, path, version, {"title": "改名"}),
        f"delete_{one}": _versioned("DELETE", write, path, version),
        f"get_{one}_history": _get(lambda s: f"{path(s)}/history", read),
    }
    if kind not in {"sanctions", "rectifications"}:
        table |= {
            f"cancel_{one}": _versioned(
                "PUT", write, lambda s: f"{path(s)}/cancellation", version, {"reason": "改期"}
            ),
            f"restore_{one}": _versioned(
                "DELETE",
                write,
                lambda s: f"/{kind}/{s.cancelled[kind]['id']}/cancellation",
                lambda s: int(s.cancelled[kind]["version"]),
            ),
        }
    return table


def _upload_to(path: Callable[[Site], str], **options: Callable[[Site], int]) -> Operation:
    def call(site: Site) -> Call:
        files = {"file": SHEET}
        return "POST", path(site), {"files": files, **{k: v(site) for k, v in options.items()}}

    return Operation(Needs.WRITE, call)


def _evidence(site: Site) -> str:
    return f"/evidence/{site.evidence['id']}"


def _extension(site: Site) -> str:
    return f"/items/{site.record('rectifications')['id']}/extensions/{site.extension['id']}"


def _rectification(site: Site) -> str:
    return f"/rectifications/{site.record('rectifications')['id']}"


def _rectification_version(site: Site) -> int:
    return int(site.record("rectifications")["version"])


def _place(site: Site) -> str:
    return f"/organizations/{site.place}"


def _user(site: Site) -> str:
    return f"/users/{site.user['id']}"


ACCESS: Mapping[str, Operation] = {
    "create_access_token": Operation(
        Needs.PUBLIC, lambda _: ("POST", "/access-tokens", {"json": {}})
    ),
    "get_me": _get(lambda _: "/me", Needs.SELF),
    "list_access_tokens": _get(lambda _: "/me/access-tokens", Needs.SELF),
    "change_password": Operation(Needs.SELF, lambda _: ("PUT", "/me/password", {"json": {}})),
    "revoke_access_token": Operation(
        Needs.SELF, lambda _: ("DELETE", f"/me/access-tokens/{new_id()}", {})
    ),
    "list_users": _get(lambda _: "/users", Needs.SELF),
    "create_user": Operation(Needs.ENROL, lambda s: ("POST", "/users", {"json": account(s)})),
    "get_user": _get(_user, Needs.ACCOUNTS),
    "update_user": _versioned(
        "PATCH", Needs.ACCOUNTS, _user, lambda s: s.user["version"], {"display_name": "王五"}
    ),
    "list_roles": _get(lambda s: f"{_user(s)}/roles", Needs.ACCOUNTS),
    "grant_role": Operation(
        Needs.ACCOUNTS,
        lambda s: (
            "POST",
            f"{_user(s)}/roles",
            {"json": {"organization_id": str(s.place), "role": "clerk"}},
        ),
    ),
    "withdraw_role": Operation(
        Needs.ACCOUNTS, lambda s: ("DELETE", f"{_user(s)}/roles/{s.grant['id']}", {})
    ),
}
TREE: Mapping[str, Operation] = {
    "create_organization": Operation(
        Needs.ORGANIZE,
        lambda s: (
            "POST",
            "/organizations",
            {"json": {"name": uuid4().hex, "kind": s.child_kind, "parent_id": str(s.place)}},
        ),
    ),
    "list_organizations": _get(lambda s: f"/organizations?ancestor_id={s.place}"),
    "get_organization": _get(_place),
    "list_organization_periods": _get(lambda s: f"{_place(s)}/periods"),
    "update_organization": _versioned(
        "PATCH",
        Needs.ORGANIZE,
        _place,
        lambda s: s.organization["version"],
        {"founded_on": "2016-03-18"},
    ),
    "create_organization_move": Operation(
        Needs.ORGANIZE_BOTH,
        lambda s: (
            "POST",
            f"{_place(s)}/moves",
            {"json": {"parent_id": str(s.parent)}, "version": s.organization["version"]},
        ),
    ),
    "create_member": Operation(
        Needs.WRITE,
        lambda s: (
            "POST",
            f"{_place(s)}/members",
            {"json": {"name": "赵六", "joined_on": "2018-01-05"}},
        ),
    ),
    "list_members": _get(lambda s: f"{_place(s)}/members"),
    "get_member": _get(lambda s: f"/members/{s.member['id']}"),
    "update_member": _versioned(
        "PATCH",
        Needs.WRITE,
        lambda s: f"/members/{s.member['id']}",
        lambda s: s.member["version"],
        {"post": "secretary"},
    ),
    "list_focuses": _get(lambda s: f"{_place(s)}/focuses"),
    "create_focus": Operation(
        Needs.ORGANIZE_ROOT,
        lambda s: ("POST", f"{_place(s)}/focuses", {"json": {"code": "x1", "name": "新类别"}}),
    ),
    "get_focus": _get(lambda s: f"/focuses/{s.focus['id']}", Needs.TREE),
    "update_focus": _versioned(
        "PATCH",
        Needs.ORGANIZE_ROOT,
        lambda s: f"/focuses/{s.focus['id']}",
        lambda s: s.focus["version"],
        {"position": 9},
    ),
}
SPINE: Mapping[str, Operation] = {
    "list_items": _get(lambda s: f"/items?organization_id={s.place}&include_descendants=true"),
    "list_extensions": _get(lambda s: _extension(s).rpartition("/")[0]),
    "create_extension": Operation(
        Needs.WRITE,
        lambda s: (
            "POST",
            f"/items/{s.record('meetings')['id']}/extensions",
            {"json": {"due_on": "2018-12-20", "reason": "人员外出"}},
        ),
    ),
    "get_extension": _get(_extension),
    "decide_extension": _versioned(
        "PUT",
        Needs.REVIEW,
        lambda s: f"{_extension(s)}/decision",
        _rectification_version,
        {"approved": True},
    ),
    "withdraw_extension": Operation(Needs.WRITE, lambda s: ("DELETE", _extension(s), {})),
    "list_rectification_events": _get(lambda s: f"{_rectification(s)}/events"),
    "create_rectification_event": _versioned(
        "POST",
        Needs.WRITE,
        lambda s: f"{_rectification(s)}/events",
        _rectification_version,
        {"name": "progress", "note": "正在整改"},
    ),
}
EVIDENCE: Mapping[str, Operation] = {
    "create_evidence": _upload_to(lambda s: f"/items/{s.record('meetings')['id']}/evidence"),
    "list_evidence": _get(lambda s: f"/items/{s.record('meetings')['id']}/evidence"),
    "create_evidence_revision": _upload_to(
        lambda s: f"{_evidence(s)}/revisions", version=lambda s: int(s.evidence["version"])
    ),
    "list_evidence_revisions": _get(lambda s: f"{_evidence(s)}/revisions"),
    "get_evidence": _get(_evidence),
    "update_evidence": _versioned(
        "PATCH", Needs.WRITE, _evidence, lambda s: s.evidence["version"], {"caption": "签到表"}
    ),
    "delete_evidence": _versioned(
        "DELETE", Needs.WRITE, _evidence, lambda s: s.evidence["version"]
    ),
    "download_evidence": _get(lambda s: f"{_evidence(s)}/content"),
    "download_evidence_revision": _get(lambda s: f"{_evidence(s)}/revisions/1/content"),
}
REPORT: Mapping[str, Operation] = {
    "get_annual_summary": _get(lambda s: f"{_place(s)}/annual-summaries/2018"),
    "get_report_inputs": _get(lambda s: f"{_place(s)}/report-inputs/{s.inputs['year']}"),
    "put_report_inputs": _versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"{_place(s)}/report-inputs/{s.inputs['year']}",
        lambda s: s.inputs["version"],
        {},
    ),
}
CHECKS: Mapping[str, Operation] = {
    "list_finding_rules": _get(lambda _: "/finding-rules", Needs.SELF),
    "list_findings": _get(lambda s: f"{_place(s)}/findings?year=2018"),
    "list_finding_explanations": _get(
        lambda s: f"{_place(s)}/findings/{s.explanation['finding_id']}/explanations"
    ),
    "put_finding_explanation": Operation(
        Needs.WRITE,
        lambda s: (
            "PUT",
            f"{_place(s)}/findings/{s.finding['id']}/explanation?year=2018",
            {"json": {"reason": "已另行安排"}},
        ),
    ),
    "delete_finding_explanation": _versioned(
        "DELETE",
        Needs.WRITE,
        lambda s: f"{_place(s)}/findings/{s.explanation['finding_id']}/explanation",
        lambda s: s.explanation["version"],
    ),
}
OPERATIONS: Mapping[str, Operation] = {
    **ACCESS,
    **TREE,
    **SPINE,
    **EVIDENCE,
    **CHECKS,
    **REPORT,
    **{name: op for kind in RECORDS for name, op in _record_operations(kind).items()},
}
