"""The operations of the year's lists, for the table of who may do what."""

from collections.abc import Mapping
from uuid import uuid4

from tests.access.operations import Needs, Operation, get, versioned
from tests.access.sites import Site
from tests.checklist.lists import own_duty


def _place(site: Site) -> str:
    return f"/organizations/{site.place}"


def _draft(site: Site) -> str:
    return f"/duty-lists/{site.duty_draft['id']}"


def _duty(site: Site) -> str:
    return f"/duties/{site.duty['id']}"


def _owed(site: Site) -> str:
    return f"/occurrences/{site.owed['id']}"


LISTS: Mapping[str, Operation] = {
    "draw_up_duty_lists": Operation(
        Needs.WRITE,
        lambda s: ("POST", f"{_place(s)}/duty-lists", {"json": {"year": next(s.years)}}),
    ),
    "list_duty_lists": get(lambda s: f"/duty-lists?organization_id={s.place}"),
    "get_duty_list": get(_draft),
    "create_duty": Operation(
        Needs.WRITE,
        lambda s: ("POST", f"{_draft(s)}/duties", {"json": own_duty(code=f"d{uuid4().hex}")}),
    ),
    "get_duty": get(_duty),
    "update_duty": versioned(
        "PATCH", Needs.WRITE, _duty, lambda s: s.duty["version"], {"name": "读书会（调整）"}
    ),
    "delete_duty": versioned("DELETE", Needs.WRITE, _duty, lambda s: s.duty["version"]),
    "take_duty_list_step": versioned(
        "POST",
        Needs.WRITE,
        lambda s: f"{_draft(s)}/steps",
        lambda s: s.duty_draft["version"],
        {"step": "submit"},
    ),
    "create_duty_list_amendment": Operation(
        Needs.REVIEW,
        lambda s: (
            "POST",
            f"/duty-lists/{s.published['id']}/amendments",
            {
                "json": {
                    "effective_on": "2018-12-20",
                    "reason": "增加读书会",
                    "add": [own_duty(code=f"d{uuid4().hex}")],
                },
                "version": s.published["version"],
            },
        ),
    ),
    "get_coverage": get(lambda s: f"{_place(s)}/coverage?year=2018"),
    "get_coverage_matrix": get(lambda s: f"{_place(s)}/coverage-matrix?year=2018"),
    "get_outstanding": get(lambda s: f"{_place(s)}/outstanding?month=2018-09"),
    "get_task_list": get(lambda s: f"{_place(s)}/task-list?year=2018"),
    "get_issue_list": get(lambda s: f"{_place(s)}/issue-list?year=2018"),
    "get_responsibility_list": get(lambda s: f"{_place(s)}/responsibility-list?year=2018"),
    "get_talk_coverage": get(lambda s: f"{_place(s)}/talk-coverage?year=2018"),
    "get_training_hours": get(lambda s: f"{_place(s)}/training-hours?year=2018"),
    "list_term_elections": get(lambda s: f"{_place(s)}/term-elections"),
    "waive_occurrence": versioned(
        "PUT",
        Needs.SCORE,
        lambda s: f"{_owed(s)}/waiver",
        lambda s: s.owed["version"],
        {"reason": "经上级同意"},
    ),
    "take_back_waiver": versioned(
        "DELETE",
        Needs.REVIEW,
        lambda s: f"/occurrences/{s.waived['id']}/waiver",
        lambda s: s.waived["version"],
    ),
    "link_occurrence_record": Operation(
        Needs.WRITE, lambda s: ("PUT", f"{_owed(s)}/records/{s.record('meetings')['id']}", {})
    ),
    "unlink_occurrence_record": Operation(
        Needs.WRITE,
        lambda s: (
            "DELETE",
            f"/occurrences/{s.linked['id']}/records/{s.record('meetings')['id']}",
            {},
        ),
    ),
}
