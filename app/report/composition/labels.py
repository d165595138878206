"""How prose names what has a label: the label, but for the forms that stand here."""

from collections.abc import Mapping

from app.items.rules import Status
from app.meetings.rules import TYPE_LABELS as MEETING_LABELS
from app.meetings.rules import MeetingType
from app.organizations.rules import KIND_LABELS, OrganizationKind
from app.rectifications.rules import SOURCE_LABELS, STATUS_LABELS, Source

# Meetings that are named by their type; any other goes by its own title.
MEETING_NAMES: Mapping[str, str] = {
    **{name: label for name, label in MEETING_LABELS.items() if name != MeetingType.OTHER},
    MeetingType.DEMOCRATIC_APPRAISAL: "民主评议党员会议",
    MeetingType.SECRETARY_REVIEW: "书记述职评议会议",
}
OTHER_MEETINGS = MEETING_LABELS[MeetingType.OTHER]

SPECIAL_TOPICS = {
    "party_building": "党建工作专题会议",
    "ideology": "意识形态专题会议",
    "integrity": "党风廉政建设专题会议",
    None: "专题会议",
}

# The states of a rectification, in the order in which a sentence tells them.
STATE_NAMES: Mapping[str, str] = {
    Status.CLOSED: STATUS_LABELS[Status.CLOSED],
    Status.SUSPENDED: STATUS_LABELS[Status.SUSPENDED],
    Status.SUBMITTED: STATUS_LABELS[Status.SUBMITTED],
    Status.IN_PROGRESS: "正在整改",
    Status.OPEN: "尚未启动整改",
}

# Whose problems (巡视巡察反馈的三个问题), where a report tells of all that there were in a year …
RAISED_BY: Mapping[Source, str] = {
    Source.INSPECTION: "巡视巡察反馈的",
    Source.AUDIT: "审计指出的",
    Source.ASSESSMENT_FEEDBACK: "考核反馈的",
    Source.SELF_CHECK: "自查发现的",
    Source.DEMOCRATIC_LIFE_MEETING: "民主生活会对照检查出的",
    Source.OTHER: "其他渠道提出的",
}
# … and of what was under way in a part of it (三个巡视巡察反馈问题).
RAISED_IN: Mapping[Source, str] = {
    **SOURCE_LABELS,
    Source.INSPECTION: "巡视巡察反馈",
    Source.DEMOCRATIC_LIFE_MEETING: "民主生活会对照检查",
}

UNIT_NAMES: Mapping[str, str] = {str(kind): label for kind, label in KIND_LABELS.items()}

POST_PREFIXES: Mapping[str, str] = {
    **UNIT_NAMES,
    OrganizationKind.GENERAL_BRANCH: "总支",
    OrganizationKind.PARTY_BRANCH: "支部",
}

# A person without a post: the deed is not the organisation's.
SOMEBODY = "有关同志"

POST_NAMES = {
    "secretary": "书记",
    "deputy_secretary": "副书记",
    "organization_commissioner": "组织委员",
    "publicity_commissioner": "宣传委员",
    "discipline_commissioner": "纪检委员",
}
