"""Types of activity: pure."""

from collections.abc import Mapping

from app.core.labels import LabelledEnum


class ActivityType(LabelledEnum):
    """Types of activity."""

    FIELD_VISIT = "field_visit", "调研"
    TRAINING_COURSE = "training_course", "培训班"
    WARNING_EDUCATION = "warning_education", "警示教育"
    COMMEMORATION = "commemoration", "纪念活动"
    READING = "reading", "读书活动"
    VISIT = "visit", "参观学习"
    QUARTERLY_ASSESSMENT = "quarterly_assessment", "季度考评"
    VOLUNTEER_SERVICE = "volunteer_service", "志愿服务"
    OBSERVER_GUIDANCE = "observer_guidance", "列席指导"
    INSPECTION = "inspection", "督查"
    OTHER = "other", "其他活动"


# Activities are counted in 次, but for these.
MEASURES: Mapping[ActivityType, str] = {ActivityType.TRAINING_COURSE: "期"}
