"""Payloads of made-up records, one maker for each kind."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from app.activities.rules import ActivityType
from app.items.rules import ActorKind
from app.meetings.rules import MeetingType, Topic
from app.organizations.rules import Post
from app.outputs.rules import OutputType, PolicyChange
from app.rectifications.rules import RectificationType, Source
from app.sanctions.rules import SanctionType
from app.talks.rules import PairType, TalkType
from tools.demo import corpus
from tools.demo.tree import DemoOrganization

Payload = dict[str, Any]
Shares = Mapping[Any, int]
Titled = Mapping[Any, tuple[int, str]]

# Types with their shares of the records of a kind, in percent, and the titles of some.
MEETINGS: Titled = {
    MeetingType.COMMITTEE_MEETING: (30, "{month}月支委会会议：研究{subject}"),
    MeetingType.GROUP_MEETING: (22, "{month}月党小组会：讨论{subject}"),
    MeetingType.THEME_PARTY_DAY: (18, "{month}月主题党日：{lesson}"),
    MeetingType.MEMBER_ASSEMBLY: (10, "支部党员大会：通报{subject}"),
    MeetingType.PARTY_LECTURE: (9, "{lesson}"),
    MeetingType.SPECIAL_MEETING: (6, "{topic}"),
    MeetingType.CENTRAL_GROUP_STUDY: (3, "{lesson}专题学习"),
    MeetingType.ORGANIZATIONAL_LIFE_MEETING: (2, "{year}年度组织生活会"),
}
TOPICS: Mapping[Topic, str] = {
    Topic.PARTY_BUILDING: "党建工作专题会议",
    Topic.IDEOLOGY: "意识形态专题工作会议",
    Topic.INTEGRITY: "党风廉政建设专题会议",
}
MEETING_FOCUS: Mapping[MeetingType, str] = {
    MeetingType.SPECIAL_MEETING: "dual_responsibility",
    MeetingType.CENTRAL_GROUP_STUDY: "theoretical_study",
    MeetingType.PARTY_LECTURE: "theoretical_study",
}
TALKS: Titled = {
    TalkType.HEART_TALK: (62, "谈心谈话：了解思想和工作情况"),
    TalkType.DUTY_TALK: (12, "就{subject}约谈"),
    TalkType.INTEGRITY_TALK: (12, "重点岗位廉政谈话"),
    TalkType.REMINDER_TALK: (9, "提醒谈话"),
    TalkType.CRITICISM: (3, "批评教育"),
    TalkType.ADMONITION_TALK: (2, "诫勉谈话"),
}
ACTIVITIES: Titled = {
    ActivityType.FIELD_VISIT: (30, "赴{site}调研{subject}"),
    ActivityType.VOLUNTEER_SERVICE: (16, "{site}党员志愿服务"),
    ActivityType.TRAINING_COURSE: (12, "{lesson}党员培训班"),
    ActivityType.INSPECTION: (12, "{site}党建工作督查"),
    ActivityType.WARNING_EDUCATION: (10, "{month}月警示教育"),
    ActivityType.READING: (10, "“{lesson}”读书活动"),
    ActivityType.OBSERVER_GUIDANCE: (6, "列席指导党员大会"),
    ActivityType.QUARTERLY_ASSESSMENT: (4, "第{quarter}季度党支部工作考评"),
}
OUTPUTS: Shares = {
    OutputType.ARTICLE: 34,
    OutputType.POLICY_DOCUMENT: 22,
    OutputType.BRIEFING: 20,
    OutputType.TASK_BREAKTHROUGH: 16,
    OutputType.AWARD: 8,
}
SANCTIONS: Shares = {
    SanctionType.WARNING: 75,
    SanctionType.SERIOUS_WARNING: 20,
    SanctionType.PROBATION_WITHIN_PARTY: 5,
}
SOURCES: Shares = {
    Source.SELF_CHECK: 45,
    Source.ASSESSMENT_FEEDBACK: 25,
    Source.INSPECTION: 15,
    Source.DEMOCRATIC_LIFE_MEETING: 10,
    Source.AUDIT: 5,
}
RECTIFICATION_TYPES: Shares = {
    RectificationType.BY_DEADLINE: 86,
    RectificationType.IMMEDIATE: 10,
    RectificationType.LONG_TERM: 4,
}
MEMBER_SHARE = 0.4
PERSON_ACTOR_SHARE = 0.2
RESOLUTION_SHARE = 0.4


def one_of(random: Random, shares: Shares) -> Any:  # noqa: ANN401 - a member of some enumeration
    """Choose one of the values, as often as its share says."""
    (chosen,) = random.choices(tuple(shares), tuple(shares.values()))
    return chosen


def _type_and_title(random: Random, titled: Titled) -> tuple[Any, str]:
    chosen = one_of(random, {value: share for value, (share, _) in titled.items()})
    return chosen, titled[chosen][1]


def _title(random: Random, template: str, day: date, **fields: str) -> str:
    return template.format(
        year=day.year,
        month=day.month,
        quarter="一二三四"[(day.month - 1) // 3],
        subject=random.choice(corpus.SUBJECTS),
        lesson=random.choice(corpus.LESSONS),
        site=random.choice(corpus.SITES),
        **fields,
    )


def _actor(random: Random, organization: DemoOrganization) -> Payload:
    if random.random() > PERSON_ACTOR_SHARE:
        return {"kind": ActorKind.ORGANIZATION}
    return {"kind": ActorKind.PERSON, "name": organization.people[0].name, "post": Post.SECRETARY}


def meeting(random: Random, organization: DemoOrganization, day: date) -> Payload:
    """Make a meeting with its head count and, for some, one or two resolutions."""
    kind, title = _type_and_title(random, MEETINGS)
    topic = random.choice(list(TOPICS)) if kind == MeetingType.SPECIAL_MEETING else None
    expected = len(organization.people)
    present = expected - min(random.randrange(4), expected // 3)
    lecture = kind == MeetingType.PARTY_LECTURE
    resolutions = [
        {
            "text": random.choice(corpus.RESOLUTIONS),
            "responsible_person": random.choice(organization.people).name,
            "due_on": day + timedelta(days=random.randrange(15, 90)),
        }
        for _ in range(random.randint(1, 2) if random.random() < RESOLUTION_SHARE else 0)
    ]
    return {
        "type": kind,
        "topic": topic,
        "title": _title(random, title, day, topic=TOPICS[topic] if topic else ""),
        "focus": MEETING_FOCUS.get(kind, "party_building_quality"),
        "actor": _actor(random, organization),
        "place": random.choice(corpus.PLACES),
        "chair": organization.people[0].name,
        "recorder": organization.people[-1].name,
        "lecturer": organization.people[0].name if lecture else None,
        "expected": expected,
        "present": present,
        "agenda": random.sample(corpus.SUBJECTS, random.randint(1, 3)),
        "resolutions": resolutions,
    }


def talk(random: Random, organization: DemoOrganization, day: date) -> Payload:
    """Make a talk with one person, or a 谈心谈话 with one to three."""
    kind, title = _type_and_title(random, TALKS)
    care = kind == TalkType.HEART_TALK
    people = random.sample(organization.people, random.randint(1, 3) if care else 1)
    return {
        "type": kind,
        "title": _title(random, title, day),
        "focus": "party_building_quality" if care else "integrity",
        "actor": _actor(random, organization),
        "talker": organization.people[0].name,
        "pair_type": random.choice(list(PairType)) if care else None,
        "place": random.choice(corpus.PLACES),
        "persons": [
            {"member_id": person.id, "post": random.choice(corpus.POSTS)} for person in people
        ],
    }


def sanction(random: Random, organization: DemoOrganization, day: date) -> Payload:
    """Make a sanction against one member."""
    kind = one_of(random, SANCTIONS)
    probation = kind == SanctionType.PROBATION_WITHIN_PARTY
    return {
        "type": kind,
        "title": "党纪处分决定",
        "focus": "integrity",
        "person": {"member_id": random.choice(organization.people).id},
        "decision_number": f"纪发〔{day.year}〕{random.randint(1, 60)}号",
        "expires_on": day + timedelta(days=365) if probation else None,
    }


def activity(random: Random, organization: DemoOrganization, day: date) -> Payload:
    """Make an activity with its number of participants."""
    kind, title = _type_and_title(random, ACTIVITIES)
    count = {"value": random.randint(5, 60), "approximate": random.randrange(8) == 0}
    training = kind == ActivityType.TRAINING_COURSE
    return {
        "type": kind,
        "title": _title(random, title, day),
        "focus": "integrity" if kind == ActivityType.WARNING_EDUCATION else "core_work",
        "actor": _actor(random, organization),
        "place": random.choice(corpus.SITES),
        "organizer": organization.name,
        "participants": count,
        "hours": float(random.choice((4, 8, 16))) if training else None,
    }


def output(random: Random, organization: DemoOrganization, day: date) -> Payload:
    """Make an output, such as an article or an award."""
    kind = one_of(random, OUTPUTS)
    change = random.choice(list(PolicyChange)) if kind == OutputType.POLICY_DOCUMENT else None
    titles = {
        OutputType.ARTICLE: "{lesson}的几点思考",
        OutputType.POLICY_DOCUMENT: random.choice(corpus.POLICIES),
        OutputType.BRIEFING: "党建工作简报（{month}月）",
        OutputType.TASK_BREAKTHROUGH: "{site}" + random.choice(corpus.RESEARCH) + "课题",
        OutputType.AWARD: "先进基层党组织",
    }
    solved = random.randint(0, 4) if kind == OutputType.TASK_BREAKTHROUGH else None
    return {
        "type": kind,
        "title": _title(random, titles[kind], day),
        "focus": "core_work" if solved is not None else "party_building_quality",
        "actor": _actor(random, organization),
        "authors": [random.choice(organization.people).name],
        "change": change,
        "solved_difficulties": solved,
        "copies": {"value": random.randint(1, 6)} if kind == OutputType.BRIEFING else None,
    }


def rectification(random: Random, organization: DemoOrganization, day: date) -> Payload:
    """Make a rectification with a responsible person or member and a deadline."""
    kind = one_of(random, RECTIFICATION_TYPES)
    by_member = random.random() < MEMBER_SHARE
    owner = random.choice(organization.people)
    site, problem = random.choice(corpus.SITES), random.choice(corpus.PROBLEMS)
    long_term = kind == RectificationType.LONG_TERM
    return {
        "type": kind,
        "title": f"{site}{problem}",
        "source": one_of(random, SOURCES),
        "found_on": day,
        "due_on": None if long_term else day + timedelta(days=random.randrange(20, 150)),
        "focus": "rectification",
        "corrective_measure": random.choice(corpus.MEASURES),
        "lead_leader": organization.people[0].name,
        "responsible_person": None if by_member else owner.name,
        "responsible_member_id": owner.id if by_member else None,
        "responsible_department": random.choice(corpus.DEPARTMENTS),
    }


MAKERS: Mapping[str, Callable[[Random, DemoOrganization, date], Payload]] = {
    "meetings": meeting,
    "talks": talk,
    "sanctions": sanction,
    "rectifications": rectification,
    "activities": activity,
    "outputs": output,
}
PLURALS: Shares = dict(zip(MAKERS, (320, 105, 5, 350, 120, 100), strict=True))
