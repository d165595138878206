"""Errors of assessments."""

from app.core.errors import AppError


class AssessmentExists(AppError):
    """The organisation has an assessment of the quarter by this revision of the sheet."""

    code = "assessment_exists"
    title = "该季度已有考评"


class AssessmentNotEditable(AppError):
    """Only a draft is computed anew, scored or removed."""

    code = "assessment_not_editable"
    title = "考评已不能修改"


class AssessmentStepNotAllowed(AppError):
    """A step that the assessment's state does not allow."""

    code = "assessment_step_not_allowed"
    title = "考评当前状态不允许这一步"


class AssessmentIncomplete(AppError):
    """An item has no points yet, or the quarter was not over when it was computed."""

    code = "assessment_incomplete"
    title = "考评尚未完成"


class OwnAssessment(AppError):
    """An organisation does not score itself, and nobody confirms alone what he scored at a root."""

    status = 403
    code = "own_assessment"
    title = "不能考评本组织"


class NotAssessed(AppError):
    """There is nothing to assess: a party group, or an organisation that did not exist."""

    code = "not_assessed"
    title = "该组织本季不参加考评"


class AppealNotAllowed(AppError):
    """The assessment is not published, or the item has been appealed against before."""

    code = "appeal_not_allowed"
    title = "不能提出或答复申诉"
