"""Rules of the four steps that a request can break."""

from app.core.errors import AppError


class FilingNotPossible(AppError):
    """Only a meeting that is still to come, with its day, is filed or has its filing changed."""

    code = "filing_not_possible"
    title = "该会议不能报备"


class MeetingNotHeld(AppError):
    """What presupposes that the meeting took place is asked of one that did not."""

    code = "meeting_not_held"
    title = "会议尚未召开"


class NotOnShow(AppError):
    """The record is not on show (any more), so this cannot be done to its publication."""

    code = "publication_not_on_show"
    title = "不在公示期内"


class AlreadyRectified(AppError):
    """A guidance becomes one rectification at most, and stays as it was then."""

    code = "guidance_already_rectified"
    title = "该指导意见已转为整改"


class AlreadyFollowed(AppError):
    """One record is made of a resolution; a removed one does not count."""

    code = "resolution_already_followed"
    title = "该决议已产生事项"


class ReviewConfirmed(AppError):
    """A confirmed review is replaced by a new one only."""

    code = "review_confirmed"
    title = "评估已确认"


class ReviewPending(AppError):
    """The meeting has a draft already: one draft at a time."""

    code = "review_pending"
    title = "已有评估草稿"


class ReviewIncomplete(AppError):
    """A review is confirmed when every criterion of its sheet has its points."""

    code = "review_incomplete"
    title = "评分尚未完成"


class ReviewOutdated(AppError):
    """The record was corrected after it was scored."""

    code = "review_outdated"
    title = "会议记录在评分后有更正"
