"""Types of talk and the families that are never summed together: pure."""

from collections.abc import Mapping
from enum import StrEnum

FIRST_FORM = 1


class TalkType(StrEnum):
    """Types of talk."""

    HEART_TALK = "heart_talk"
    DUTY_TALK = "duty_talk"
    INTEGRITY_TALK = "integrity_talk"
    REMINDER_TALK = "reminder_talk"
    CRITICISM = "criticism"
    ORDERED_REVIEW = "ordered_review"
    ADMONITION_TALK = "admonition_talk"
    INQUIRY_LETTER = "inquiry_letter"


class Family(StrEnum):
    """Families of talks: care, duty, and supervision, which needs a permission of its own."""

    CARE = "care"
    DUTY = "duty"
    SUPERVISION = "supervision"


class PairType(StrEnum):
    """Between whom 谈心谈话 takes place; each at least once a year (支部工作条例第十九条)."""

    COMMITTEE_WITH_COMMITTEE = "committee_with_committee"
    COMMITTEE_WITH_MEMBER = "committee_with_member"
    MEMBER_WITH_MEMBER = "member_with_member"


TYPE_LABELS: Mapping[TalkType, str] = {
    TalkType.HEART_TALK: "谈心谈话",
    TalkType.DUTY_TALK: "约谈",
    TalkType.INTEGRITY_TALK: "廉政谈话",
    TalkType.REMINDER_TALK: "提醒谈话",
    TalkType.CRITICISM: "批评教育",
    TalkType.ORDERED_REVIEW: "责令检查",
    TalkType.ADMONITION_TALK: "诫勉谈话",
    TalkType.INQUIRY_LETTER: "函询",
}

FAMILIES: Mapping[TalkType, Family] = {
    TalkType.HEART_TALK: Family.CARE,
    TalkType.DUTY_TALK: Family.DUTY,
    TalkType.INTEGRITY_TALK: Family.DUTY,
    TalkType.REMINDER_TALK: Family.SUPERVISION,
    TalkType.CRITICISM: Family.SUPERVISION,
    TalkType.ORDERED_REVIEW: Family.SUPERVISION,
    TalkType.ADMONITION_TALK: Family.SUPERVISION,
    TalkType.INQUIRY_LETTER: Family.SUPERVISION,
}

FAMILY_LABELS: Mapping[Family, str] = {
    Family.CARE: "谈心谈话",
    Family.DUTY: "约谈和廉政谈话",
    Family.SUPERVISION: "监督执纪谈话",
}

PAIR_LABELS: Mapping[PairType, str] = {
    PairType.COMMITTEE_WITH_COMMITTEE: "支委之间",
    PairType.COMMITTEE_WITH_MEMBER: "支委与党员",
    PairType.MEMBER_WITH_MEMBER: "党员之间",
}


def four_forms(talk_type: TalkType) -> int | None:
    """Return which of the four forms (四种形态) a talk belongs to: of supervision, the first."""
    return FIRST_FORM if FAMILIES[talk_type] == Family.SUPERVISION else None
