"""The step tables of all life cycles: whole, and refusing in words that can be read."""

from enum import StrEnum
from typing import Any
from uuid import uuid4

import pytest

from app.assessment import rules as assessment
from app.checklist import rules as checklist
from app.core.changes import Step, StepTable
from app.core.errors import AppError, OwnRequest
from app.core.uow import Actor, Permission
from app.items.rules import Status
from app.meeting_steps import rules as meetings
from app.rectifications import rules as rectifications
from app.report.drafts import rules as reports

Table = StepTable[Any, Any]
TABLES: dict[str, tuple[Table, type[StrEnum], type[StrEnum]]] = {
    "rectification": (rectifications.STEPS, rectifications.StepName, Status),
    "filing": (meetings.FILING_STEPS, meetings.FilingStep, meetings.FilingState),
    "publication": (
        meetings.PUBLICATION_STEPS,
        meetings.PublicationStep,
        meetings.PublicationState,
    ),
    "list": (checklist.STEPS, checklist.ListStep, checklist.ListStatus),
    "assessment": (assessment.STEPS, assessment.AssessmentStep, assessment.AssessmentStatus),
    "report": (reports.STEPS, reports.ReportStep, reports.ReportStatus),
}


@pytest.mark.parametrize("life", TABLES)
def test_every_step_is_told(life: str) -> None:
    table, names, states = TABLES[life]
    assert set(table.steps) == set(names)
    for name in names:
        step = table[name]
        assert step.sources
        assert {*step.sources, step.target} <= set(states)
        for state in states:
            if state in step.sources:
                table.refuse_state(name, state)
                continue
            with pytest.raises(table.error) as refused:
                table.refuse_state(name, state)
            assert "{" not in refused.value.detail
            assert refused.value.detail.endswith("。")


def test_a_refusal_names_the_state() -> None:
    with pytest.raises(AppError, match="当前状态为“已销号”，不能暂缓。"):
        rectifications.STEPS.refuse_state(rectifications.StepName.SUSPENDED, Status.CLOSED)


def test_nobody_decides_on_his_own() -> None:
    author, other = (Actor(uuid4(), name) for name in ("李明", "王芳"))
    states = {Status.SUBMITTED}
    free = Step(states, Status.CLOSED, Permission.REVIEW, "不能验收。")
    guarded = Step(states, Status.CLOSED, Permission.REVIEW, "不能验收。", own="请由他人验收。")
    free.refuse_own(author, author.user_id)
    guarded.refuse_own(other, author.user_id)
    guarded.refuse_own(Actor(None, "系统"), None)
    with pytest.raises(OwnRequest, match="请由他人验收。"):
        guarded.refuse_own(author, author.user_id)
