"""The operations of style templates, for the table of who may do what."""

from collections.abc import Mapping

from tests.access.operations import Needs, Operation, get, versioned
from tests.access.sites import Site
from tests.report.files.support import template_file


def _template(site: Site) -> str:
    return f"/organizations/{site.place}/report-template"


def _made(site: Site) -> str:
    return f"/organizations/{site.report_template['organization_id']}/report-template"


DOCUMENTS: Mapping[str, Operation] = {
    "put_report_template": Operation(
        Needs.WRITE,
        lambda s: (
            "PUT",
            _template(s),
            {"files": {"file": template_file()}, "version": s.report_template["version"]},
        ),
    ),
    "get_report_template": get(_made),
    "download_report_template": get(lambda s: f"{_template(s)}/content"),
    "delete_report_template": versioned(
        "DELETE", Needs.WRITE, _made, lambda s: s.report_template["version"]
    ),
}
