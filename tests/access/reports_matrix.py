"""The operations of stored reports, for the table of who may do what."""

from collections.abc import Mapping
from typing import Any

from tests.access.operations import Needs, Operation, get, versioned
from tests.access.sites import Site


def _wish(site: Site) -> dict[str, Any]:
    return {"organization_id": str(site.place), "year": 2018, "form": "duty_report"}


def _drafted(site: Site) -> dict[str, Any]:
    return site.keeper.created("/reports", _wish(site))


def _report(site: Site) -> dict[str, Any]:
    return site.thing("report", lambda: _drafted(site))


def _path(site: Site, *more: object) -> str:
    return "/".join(["/reports", _report(site)["id"], *map(str, more)])


def _version(site: Site) -> int:
    return int(_report(site)["version"])


def _block(site: Site, *more: object) -> str:
    return _path(site, "blocks", _report(site)["blocks"][0]["id"], *more)


def _kept(site: Site) -> str:
    """The path of a version."""

    def keep() -> dict[str, Any]:
        made = site.keeper.created(_path(site, "versions"), {"label": "初稿"})
        return {"path": _path(site, "versions", made["number"])}

    return str(site.thing("report_version", keep)["path"])


def _comment(site: Site) -> str:
    def remark() -> dict[str, Any]:
        made = site.keeper.created(_path(site, "comments"), {"text": "请核对"})
        return {"path": _path(site, "comments", made["id"])}

    return str(site.thing("report_comment", remark)["path"])


def _step(site: Site, report: dict[str, Any], step: str) -> dict[str, Any]:
    client = site.reviewer if step == "approve" else site.keeper
    done = client.post(f"/reports/{report['id']}/steps", {"step": step}, version=report["version"])
    assert done.status_code == 201, done.text
    result: dict[str, Any] = done.json()
    return result


def _submitted(site: Site) -> dict[str, Any]:
    return site.thing("report_submitted", lambda: _step(site, _drafted(site), "submit"))


def _final(site: Site) -> dict[str, Any]:
    def finish() -> dict[str, Any]:
        report = _drafted(site)
        for step in ("submit", "approve", "finalise"):
            report = _step(site, report, step)
        return report

    return site.thing("report_final", finish)


REPORTS: Mapping[str, Operation] = {
    "create_report": Operation(Needs.WRITE, lambda s: ("POST", "/reports", {"json": _wish(s)})),
    "list_reports": get(lambda s: f"/reports?organization_id={s.place}"),
    "get_report": get(_path),
    "update_report": versioned("PATCH", Needs.WRITE, _path, _version, {"byline": "王志远"}),
    "delete_report": versioned("DELETE", Needs.WRITE, _path, _version),
    "create_report_successor": Operation(
        Needs.WRITE, lambda s: ("POST", f"/reports/{_final(s)['id']}/successors", {})
    ),
    "get_report_document": get(lambda s: _path(s, "document")),
    "get_report_proofreading": get(lambda s: _path(s, "proofreading")),
    "create_report_block": Operation(
        Needs.WRITE,
        lambda s: ("POST", _path(s, "blocks"), {"json": {"kind": "text", "text": "请审议。"}}),
    ),
    "get_report_block": get(_block),
    "update_report_block": versioned("PATCH", Needs.WRITE, _block, lambda _: 1, {"text": "改写。"}),
    "move_report_block": versioned(
        "POST", Needs.WRITE, lambda s: _block(s, "move"), lambda _: 1, {"after": None}
    ),
    "get_report_block_trace": get(lambda s: _block(s, "trace")),
    "list_report_uncited_records": get(lambda s: _path(s, "uncited")),
    "get_report_changes": get(lambda s: _path(s, "changes")),
    "create_report_update": versioned(
        "POST", Needs.WRITE, lambda s: _path(s, "updates"), _version, {"all": True}
    ),
    "take_report_step": versioned(
        "POST",
        Needs.SUPERIOR,
        lambda s: f"/reports/{_submitted(s)['id']}/steps",
        lambda s: int(_submitted(s)["version"]),
        {"step": "approve"},
    ),
    "create_report_comment": Operation(
        Needs.HAND, lambda s: ("POST", _path(s, "comments"), {"json": {"text": "请核对"}})
    ),
    "list_report_comments": get(lambda s: _path(s, "comments")),
    "get_report_comment": get(_comment),
    "update_report_comment": versioned(
        "PATCH", Needs.HAND, _comment, lambda _: 1, {"resolved": True}
    ),
    "create_report_version": Operation(
        Needs.WRITE, lambda s: ("POST", _path(s, "versions"), {"json": {"label": "二稿"}})
    ),
    "list_report_versions": get(lambda s: _path(s, "versions")),
    "get_report_version": get(_kept),
    "get_report_comparison": get(lambda s: f"{_kept(s).rsplit('/', 2)[0]}/comparison?from=1"),
    "get_report_verification": get(lambda s: f"/reports/{_final(s)['id']}/verification"),
}
