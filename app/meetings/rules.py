"""Kinds of meeting and the arithmetic of quorum and votes: pure.

Sources: 中国共产党支部工作条例（试行）第十一条 for assemblies, 民主生活会若干规定 for
民主生活会; the quorums of committee meetings and of elections are practice.
"""

from enum import StrEnum

from app.core.labels import LabelledEnum


class MeetingType(LabelledEnum):
    """Types of meeting."""

    MEMBER_ASSEMBLY = "member_assembly", "支部党员大会"
    COMMITTEE_MEETING = "committee_meeting", "支部委员会会议"
    GROUP_MEETING = "group_meeting", "党小组会"
    PARTY_LECTURE = "party_lecture", "党课"
    THEME_PARTY_DAY = "theme_party_day", "主题党日"
    ORGANIZATIONAL_LIFE_MEETING = "organizational_life_meeting", "组织生活会"
    DEMOCRATIC_APPRAISAL = "democratic_appraisal", "民主评议党员"
    DEMOCRATIC_LIFE_MEETING = "democratic_life_meeting", "民主生活会"
    SPECIAL_MEETING = "special_meeting", "专题会议"
    CENTRAL_GROUP_STUDY = "central_group_study", "理论学习中心组学习"
    MAJOR_DECISION = "major_decision", "“三重一大”集体决策会议"
    SECRETARY_REVIEW = "secretary_review", "书记述职评议"
    OTHER = "other", "其他会议"


class Topic(StrEnum):
    """Topics of special meetings (专题会议)."""

    PARTY_BUILDING = "party_building"
    IDEOLOGY = "ideology"
    INTEGRITY = "integrity"


class MatterClass(StrEnum):
    """Classes of 三重一大 matters."""

    DECISION = "major_decision"
    APPOINTMENT = "important_appointment"
    PROJECT = "major_project"
    FUNDS = "large_funds"


class BallotKind(StrEnum):
    """What is voted on: a resolution, or an election with its higher quorum."""

    RESOLUTION = "resolution"
    ELECTION = "election"


def vote_quorum_met(present_eligible: int, eligible: int, ballot: BallotKind) -> bool | None:
    """Tell whether enough of those entitled to vote are there; None where nobody is entitled.

    A resolution needs half or more (半数以上 includes half, 第十一条); an election four fifths
    (practice).
    """
    if not eligible:
        return None
    if ballot == BallotKind.ELECTION:
        return present_eligible * 5 >= eligible * 4
    return present_eligible * 2 >= eligible


def adopted(yes: int, eligible: int) -> bool:
    """Tell whether a vote carries: more than half of those entitled, not only of those present.

    Source: 支部工作条例（试行）第十一条.
    """
    return yes * 2 > eligible


def quorum_met(
    meeting_type: MeetingType,
    *,
    expected: int | None,
    present: int | None,
    eligible: int | None,
    present_eligible: int | None,
) -> bool | None:
    """Tell whether the meeting had its quorum; None where none applies or numbers lack or are 0.

    Assembly: half of those entitled to vote. Committee meeting: half of the members.
    民主生活会: two thirds of those expected.
    """
    if meeting_type == MeetingType.MEMBER_ASSEMBLY:
        if not eligible or present_eligible is None:
            return None
        return present_eligible * 2 >= eligible
    if not expected or present is None:
        return None
    if meeting_type == MeetingType.COMMITTEE_MEETING:
        return present * 2 >= expected
    if meeting_type == MeetingType.DEMOCRATIC_LIFE_MEETING:
        return present * 3 >= expected * 2
    return None
