"""The one table of who may do what: every operation, what it takes, and a call that tries it."""

from collections.abc import Callable, Mapping
from uuid import uuid4

from app.core.ids import new_id
from app.items.kinds import Kind
from app.kinds import KINDS
from tests.access.assessments_matrix import ASSESSMENTS
from tests.access.books_matrix import REPORT_BOOKS
from tests.access.documents_matrix import DOCUMENTS
from tests.access.lists_matrix import LISTS
from tests.access.operations import Call, Needs, Operation, get, versioned
from tests.access.reports_matrix import REPORTS
from tests.access.sites import RECORDS, SHEET, Site, account
from tests.access.steps import MEETING_STEPS


def _record_operations(of: Kind) -> dict[str, Operation]:
    kind, one = of.plural, of.name
    secret = of.supervised.issuperset(of.types)
    read = Needs.SECRET_READ if secret else Needs.READ
    write = Needs.SECRET_WRITE if secret else Needs.WRITE

    def path(site: Site) -> str:
        return f"/{kind}/{site.record(kind)['id']}"

    def version(site: Site) -> int:
        return int(site.record(kind)["version"])

    table = {
        f"create_{one}": Operation(
            Needs.SECRET_CREATE if secret else Needs.WRITE,
            lambda s: ("POST", f"/{kind}", {"json": RECORDS[kind](s)}),
        ),
        f"list_{kind}": get(lambda s: f"/{kind}?organization_id={s.place}"),
        f"get_{one}": get(path, read),
        f"update_{one}": versioned("PATCH", write, path, version, {"title": "改名"}),
        f"delete_{one}": versioned(
            "DELETE",
            Needs.SECRET_REVIEW if secret else Needs.WRITE,
            lambda s: f"{path(s)}?reason=重复登记",
            version,
        ),
        f"get_{one}_history": get(lambda s: f"{path(s)}/history", read),
    }
    if of.cancellable:
        table |= {
            f"cancel_{one}": versioned(
                "PUT", write, lambda s: f"{path(s)}/cancellation", version, {"reason": "改期"}
            ),
            f"restore_{one}": versioned(
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


def _override(site: Site) -> str:
    return f"{_place(site)}/workday-overrides/{site.override['day']}"


def _work_year(site: Site) -> str:
    return f"{_place(site)}/workday-years/{site.work_year['year']}"


ACCESS: Mapping[str, Operation] = {
    "create_access_token": Operation(
        Needs.PUBLIC, lambda _: ("POST", "/access-tokens", {"json": {}})
    ),
    "get_me": get(lambda _: "/me", Needs.SELF),
    "list_access_tokens": get(lambda _: "/me/access-tokens", Needs.SELF),
    "change_password": Operation(Needs.SELF, lambda _: ("PUT", "/me/password", {"json": {}})),
    "revoke_access_token": Operation(
        Needs.SELF, lambda _: ("DELETE", f"/me/access-tokens/{new_id()}", {})
    ),
    "list_users": get(lambda _: "/users", Needs.SELF),
    "create_user": Operation(Needs.ENROL, lambda s: ("POST", "/users", {"json": account(s)})),
    "get_user": get(_user, Needs.ACCOUNTS),
    "update_user": versioned(
        "PATCH", Needs.ACCOUNTS, _user, lambda s: s.user["version"], {"display_name": "王五"}
    ),
    "list_roles": get(lambda s: f"{_user(s)}/roles", Needs.ACCOUNTS),
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
    "list_organizations": get(lambda s: f"/organizations?ancestor_id={s.place}"),
    "get_organization": get(_place),
    "list_organization_periods": get(lambda s: f"{_place(s)}/periods"),
    "update_organization": versioned(
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
    "list_members": get(lambda s: f"{_place(s)}/members"),
    "get_member": get(lambda s: f"/members/{s.member['id']}"),
    "update_member": versioned(
        "PATCH",
        Needs.WRITE,
        lambda s: f"/members/{s.member['id']}",
        lambda s: s.member["version"],
        {"post": "secretary"},
    ),
    "list_focuses": get(lambda s: f"{_place(s)}/focuses"),
    "create_focus": Operation(
        Needs.ORGANIZE_ROOT,
        lambda s: ("POST", f"{_place(s)}/focuses", {"json": {"code": "x1", "name": "新类别"}}),
    ),
    "get_focus": get(lambda s: f"/focuses/{s.focus['id']}", Needs.TREE),
    "update_focus": versioned(
        "PATCH",
        Needs.ORGANIZE_ROOT,
        lambda s: f"/focuses/{s.focus['id']}",
        lambda s: s.focus["version"],
        {"position": 9},
    ),
}
SPINE: Mapping[str, Operation] = {
    "list_items": get(lambda s: f"/items?organization_id={s.place}&include_descendants=true"),
    "list_extensions": get(lambda s: _extension(s).rpartition("/")[0]),
    "create_extension": Operation(
        Needs.WRITE,
        lambda s: (
            "POST",
            f"/items/{s.record('meetings')['id']}/extensions",
            {"json": {"due_on": "2018-12-20", "reason": "人员外出"}},
        ),
    ),
    "get_extension": get(_extension),
    "decide_extension": versioned(
        "PUT",
        Needs.REVIEW,
        lambda s: f"{_extension(s)}/decision",
        _rectification_version,
        {"approved": True},
    ),
    "withdraw_extension": Operation(Needs.REVIEW, lambda s: ("DELETE", _extension(s), {})),
    "list_rectification_events": get(lambda s: f"{_rectification(s)}/events"),
    "create_rectification_event": versioned(
        "POST",
        Needs.WRITE,
        lambda s: f"{_rectification(s)}/events",
        _rectification_version,
        {"name": "progress", "note": "正在整改"},
    ),
}
EVIDENCE: Mapping[str, Operation] = {
    "create_evidence": _upload_to(lambda s: f"/items/{s.record('meetings')['id']}/evidence"),
    "list_evidence": get(lambda s: f"/items/{s.record('meetings')['id']}/evidence"),
    "create_evidence_revision": _upload_to(
        lambda s: f"{_evidence(s)}/revisions", version=lambda s: int(s.evidence["version"])
    ),
    "list_evidence_revisions": get(lambda s: f"{_evidence(s)}/revisions"),
    "get_evidence": get(_evidence),
    "update_evidence": versioned(
        "PATCH", Needs.WRITE, _evidence, lambda s: s.evidence["version"], {"caption": "签到表"}
    ),
    "delete_evidence": versioned("DELETE", Needs.WRITE, _evidence, lambda s: s.evidence["version"]),
    "download_evidence": get(lambda s: f"{_evidence(s)}/content"),
    "download_evidence_revision": get(lambda s: f"{_evidence(s)}/revisions/1/content"),
}
REPORT: Mapping[str, Operation] = {
    "get_annual_summary": get(lambda s: f"{_place(s)}/annual-summaries/2018"),
    "get_report_inputs": get(lambda s: f"{_place(s)}/report-inputs/{s.inputs['year']}"),
    "put_report_inputs": versioned(
        "PUT",
        Needs.WRITE,
        lambda s: f"{_place(s)}/report-inputs/{s.inputs['year']}",
        lambda s: s.inputs["version"],
        {},
    ),
}
WORKDAYS: Mapping[str, Operation] = {
    "get_workdays": get(lambda s: f"{_place(s)}/workdays?year=2018"),
    "get_workday_override": get(_override),
    "put_workday_override": versioned(
        "PUT",
        Needs.ORGANIZE_ROOT,
        _override,
        lambda s: s.override["version"],
        {"works": True, "name": "厂庆日照常上班"},
    ),
    "delete_workday_override": versioned(
        "DELETE", Needs.ORGANIZE_ROOT, _override, lambda s: s.override["version"]
    ),
    "get_workday_year": get(_work_year),
    "put_workday_year": versioned(
        "PUT",
        Needs.ORGANIZE_ROOT,
        _work_year,
        lambda s: s.work_year["version"],
        {"published": False},
    ),
    "delete_workday_year": versioned(
        "DELETE", Needs.ORGANIZE_ROOT, _work_year, lambda s: s.work_year["version"]
    ),
}


def _rule_set(site: Site) -> str:
    return f"/rule-sets/{site.rule_set['id']}"


RULES: Mapping[str, Operation] = {
    "get_standard_rule_set": get(lambda _: "/standard-rule-set", Needs.SELF),
    "create_rule_set": Operation(
        Needs.ORGANIZE,
        lambda s: (
            "POST",
            f"{_place(s)}/rule-sets",
            {"json": {"code": f"r{uuid4().hex}", "name": "本单位规则"}},
        ),
    ),
    "list_rule_sets": get(lambda s: f"/rule-sets?organization_id={s.place}"),
    "get_rule_set": get(_rule_set, Needs.HEIR),
    "update_rule_set": versioned(
        "PATCH",
        Needs.HEIR_ORGANIZE,
        _rule_set,
        lambda s: s.rule_set["version"],
        {"status": "retired"},
    ),
    "get_rule_set_document": get(lambda s: f"{_rule_set(s)}/document", Needs.HEIR),
    "replace_rule_set_document": Operation(
        Needs.HEIR_ORGANIZE,
        lambda s: (
            "PUT",
            f"{_rule_set(s)}/document",
            {
                "json": {"code": s.rule_set["code"], "name": "修订后的规则"},
                "version": s.rule_set["version"],
            },
        ),
    ),
    "list_rule_set_revisions": get(lambda s: f"{_rule_set(s)}/revisions", Needs.HEIR),
    "get_rule_set_revision_document": get(
        lambda s: f"{_rule_set(s)}/revisions/1/document", Needs.HEIR
    ),
    "list_organization_rules": get(lambda s: f"{_place(s)}/rules?year=2018"),
}
CHECKS: Mapping[str, Operation] = {
    "list_finding_rules": get(lambda _: "/finding-rules", Needs.SELF),
    "list_findings": get(lambda s: f"{_place(s)}/findings?year=2018"),
    "list_finding_explanations": get(
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
    "delete_finding_explanation": versioned(
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
    **REPORT_BOOKS,
    **DOCUMENTS,
    **WORKDAYS,
    **RULES,
    **LISTS,
    **ASSESSMENTS,
    **REPORTS,
    **MEETING_STEPS,
    **{name: op for kind in KINDS for name, op in _record_operations(kind).items()},
}
