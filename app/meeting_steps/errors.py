"""Errors of requests that break a rule of the four steps."""

from app.core.errors import AppError


class FilingNotPossible(AppError):
    """The meeting is not planned any more, or has no planned day that is still to come."""

    code = "filing_not_possible"
    title = "该会议不能报备"


class MeetingNotHeld(AppError):
    """The step needs a meeting that took place."""

    code = "meeting_not_held"
    title = "会议尚未召开"


class NotOnShow(AppError):
    """The publication is not in a state that allows the step: not on show, or taken down."""

    code = "publication_not_on_show"
    title = "不在公示期内"


class AlreadyRectified(AppError):
    """A rectification was made of the guidance, which is not changed or rectified again."""

    code = "guidance_already_rectified"
    title = "该指导意见已转为整改"


class AlreadyFollowed(AppError):
    """A record was made of the resolution already; a removed one does not count."""

    code = "resolution_already_followed"
    title = "该决议已产生事项"


class ReviewConfirmed(AppError):
    """The review is confirmed; only a new one replaces it."""

    code = "review_confirmed"
    title = "评估已确认"


class ReviewPending(AppError):
    """The meeting has a draft of a review already."""

    code = "review_pending"
    title = "已有评估草稿"


class ReviewIncomplete(AppError):
    """A criterion of the sheet has no points yet, so the review cannot be confirmed."""

    code = "review_incomplete"
    title = "评分尚未完成"


class ReviewOutdated(AppError):
    """The record was corrected after it was scored."""

    code = "review_outdated"
    title = "会议记录在评分后有更正"
