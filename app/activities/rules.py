"""Types of activity: pure."""

from collections.abc import Mapping
from enum import StrEnum


class ActivityType(StrEnum):
    """Types of activity."""

    FIELD_VISIT = "field_visit"
    TRAINING_COURSE = "training_course"
    WARNING_EDUCATION = "warning_education"
    COMMEMORATION = "commemoration"
    READING = "reading"
    VISIT = "visit"
    QUARTERLY_ASSESSMENT = "quarterly_assessment"
    VOLUNTEER_SERVICE = "volunteer_service"
    OBSERVER_GUIDANCE = "observer_guidance"
    INSPECTION = "inspection"
    OTHER = "other"


TYPE_LABELS: Mapping[ActivityType, str] = {
    ActivityType.FIELD_VISIT: "调研",
    ActivityType.TRAINING_COURSE: "培训班",
    ActivityType.WARNING_EDUCATION: "警示教育",
    ActivityType.COMMEMORATION: "纪念活动",
    ActivityType.READING: "读书活动",
    ActivityType.VISIT: "参观学习",
    ActivityType.QUARTERLY_ASSESSMENT: "季度考评",
    ActivityType.VOLUNTEER_SERVICE: "志愿服务",
    ActivityType.OBSERVER_GUIDANCE: "列席指导",
    ActivityType.INSPECTION: "督查",
    ActivityType.OTHER: "其他活动",
}

# Activities are counted in 次, but for these.
MEASURES: Mapping[ActivityType, str] = {ActivityType.TRAINING_COURSE: "期"}
