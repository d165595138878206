"""Types of talk and the families that are never summed together: pure."""

from collections.abc import Mapping

from app.core.labels import LabelledEnum

FIRST_FORM = 1


class TalkType(LabelledEnum):
    """Types of talk."""

    HEART_TALK = "heart_talk", "谈心谈话"
    DUTY_TALK = "duty_talk", "约谈"
    INTEGRITY_TALK = "integrity_talk", "廉政谈话"
    REMINDER_TALK = "reminder_talk", "提醒谈话"
    CRITICISM = "criticism", "批评教育"
    ORDERED_REVIEW = "ordered_review", "责令检查"
    ADMONITION_TALK = "admonition_talk", "诫勉谈话"
    INQUIRY_LETTER = "inquiry_letter", "函询"


class Family(LabelledEnum):
    """Families of talks: care, duty, and supervision, which needs a permission of its own."""

    CARE = "care", "谈心谈话"
    DUTY = "duty", "约谈和廉政谈话"
    SUPERVISION = "supervision", "监督执纪谈话"


class PairType(LabelledEnum):
    """Between whom 谈心谈话 takes place; each at least once a year (支部工作条例第十九条)."""

    COMMITTEE_WITH_COMMITTEE = "committee_with_committee", "支委之间"
    COMMITTEE_WITH_MEMBER = "committee_with_member", "支委与党员"
    MEMBER_WITH_MEMBER = "member_with_member", "党员之间"


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


def four_forms(talk_type: TalkType) -> int | None:
    """Return which of the four forms (四种形态) a talk belongs to: of supervision, the first."""
    return FIRST_FORM if FAMILIES[talk_type] == Family.SUPERVISION else None
