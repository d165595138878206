"""Made-up records as people would state them: payloads of the rooms, one maker for each kind."""

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
from tools.demo.tree import Place

Payload = dict[str, Any]
Shares = tuple[tuple[Any, ...], tuple[int, ...]]

MEETINGS: Shares = (
    (
        *(MeetingType.COMMITTEE_MEETING, MeetingType.GROUP_MEETING, MeetingType.THEME_PARTY_DAY),
        *(MeetingType.MEMBER_ASSEMBLY, MeetingType.PARTY_LECTURE, MeetingType.SPECIAL_MEETING),
        *(MeetingType.CENTRAL_GROUP_STUDY, MeetingType.ORGANIZATIONAL_LIFE_MEETING),
    ),
    (30, 22, 18, 10, 9, 6, 3, 2),
)
MEETING_TITLES: Mapping[MeetingType, str] = {
    MeetingType.COMMITTEE_MEETING: "{month}月支委会会议：研究{subject}",
    MeetingType.GROUP_MEETING: "{month}月党小组会：讨论{subject}",
    MeetingType.THEME_PARTY_DAY: "{month}月主题党日：{lesson}",
    MeetingType.MEMBER_ASSEMBLY: "支部党员大会：通报{subject}",
    MeetingType.PARTY_LECTURE: "{lesson}",
    MeetingType.SPECIAL_MEETING: "{topic}",
    MeetingType.CENTRAL_GROUP_STUDY: "{lesson}专题学习",
    MeetingType.ORGANIZATIONAL_LIFE_MEETING: "{year}年度组织生活会",
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
TALKS: Shares = (
    (
        TalkType.HEART_TALK,
        TalkType.DUTY_TALK,
        TalkType.INTEGRITY_TALK,
        TalkType.REMINDER_TALK,
        TalkType.CRITICISM,
        TalkType.ADMONITION_TALK,
    ),
    (62, 12, 12, 9, 3, 2),
)
TALK_TITLES: Mapping[TalkType, str] = {
    TalkType.HEART_TALK: "谈心谈话：了解思想和工作情况",
    TalkType.DUTY_TALK: "就{subject}约谈",
    TalkType.INTEGRITY_TALK: "重点岗位廉政谈话",
    TalkType.REMINDER_TALK: "提醒谈话",
    TalkType.CRITICISM: "批评教育",
    TalkType.ADMONITION_TALK: "诫勉谈话",
}
ACTIVITIES: Shares = (
    (
        ActivityType.FIELD_VISIT,
        ActivityType.VOLUNTEER_SERVICE,
        ActivityType.TRAINING_COURSE,
        ActivityType.INSPECTION,
        ActivityType.WARNING_EDUCATION,
        ActivityType.READING,
        ActivityType.OBSERVER_GUIDANCE,
        ActivityType.QUARTERLY_ASSESSMENT,
    ),
    (30, 16, 12, 12, 10, 10, 6, 4),
)
ACTIVITY_TITLES: Mapping[ActivityType, str] = {
    ActivityType.FIELD_VISIT: "赴{site}调研{subject}",
    ActivityType.VOLUNTEER_SERVICE: "{site}党员志愿服务",
    ActivityType.TRAINING_COURSE: "{lesson}党员培训班",
    ActivityType.INSPECTION: "{site}党建工作督查",
    ActivityType.WARNING_EDUCATION: "{month}月警示教育",
    ActivityType.READING: "“{lesson}”读书活动",
    ActivityType.OBSERVER_GUIDANCE: "列席指导党员大会",
    ActivityType.QUARTERLY_ASSESSMENT: "第{quarter}季度党支部工作考评",
}
OUTPUTS: Shares = (
    (
        OutputType.ARTICLE,
        OutputType.POLICY_DOCUMENT,
        OutputType.BRIEFING,
        OutputType.TASK_BREAKTHROUGH,
        OutputType.AWARD,
    ),
    (34, 22, 20, 16, 8),
)
SANCTIONS: Shares = (
    (SanctionType.WARNING, SanctionType.SERIOUS_WARNING, SanctionType.PROBATION_WITHIN_PARTY),
    (75, 20, 5),
)
SOURCES: Shares = (
    (
        Source.SELF_CHECK,
        Source.ASSESSMENT_FEEDBACK,
        Source.INSPECTION,
        Source.DEMOCRATIC_LIFE_MEETING,
        Source.AUDIT,
    ),
    (45, 25, 15, 10, 5),
)
RECTIFICATION_TYPES: Shares = (
    (RectificationType.BY_DEADLINE, RectificationType.IMMEDIATE, RectificationType.LONG_TERM),
    (86, 10, 4),
)
MEMBER_SHARE = 0.4
PERSON_ACTOR_SHARE = 0.2
RESOLUTION_SHARE = 0.4


def one_of(random: Random, shares: Shares) -> Any:  # noqa: ANN401 - a member of some enumeration
    """One of the values, as often as its share says."""
    (chosen,) = random.choices(shares[0], shares[1])
    return chosen


def _told(random: Random, template: str, day: date, **more: str) -> str:
    return template.format(
        year=day.year,
        month=day.month,
        quarter="一二三四"[(day.month - 1) // 3],
        subject=random.choice(corpus.SUBJECTS),
        lesson=random.choice(corpus.LESSONS),
        site=random.choice(corpus.SITES),
        **more,
    )


def _actor(random: Random, place: Place) -> Payload:
    if random.random() > PERSON_ACTOR_SHARE:
        return {"kind": ActorKind.ORGANIZATION}
    return {"kind": ActorKind.PERSON, "name": place.people[0].name, "post": Post.SECRETARY}


def meeting(random: Random, place: Place, day: date) -> Payload:
    """A meeting with its head count and, now and then, what it resolved."""
    kind = one_of(random, MEETINGS)
    topic = random.choice(list(TOPICS)) if kind == MeetingType.SPECIAL_MEETING else None
    expected = len(place.people)
    present = expected - min(random.randrange(4), expected // 3)
    lecture = kind == MeetingType.PARTY_LECTURE
    resolutions = [
        {
            "text": random.choice(corpus.RESOLUTIONS),
            "responsible_person": random.choice(place.people).name,
            "due_on": day + timedelta(days=random.randrange(15, 90)),
        }
        for _ in range(random.randint(1, 2) if random.random() < RESOLUTION_SHARE else 0)
    ]
    return {
        "type": kind,
        "topic": topic,
        "title": _told(random, MEETING_TITLES[kind], day, topic=TOPICS[topic] if topic else ""),
        "focus": MEETING_FOCUS.get(kind, "party_building_quality"),
        "actor": _actor(random, place),
        "place": random.choice(corpus.PLACES),
        "chair": place.people[0].name,
        "recorder": place.people[-1].name,
        "lecturer": place.people[0].name if lecture else None,
        "expected": expected,
        "present": present,
        "agenda": random.sample(corpus.SUBJECTS, random.randint(1, 3)),
        "resolutions": resolutions,
    }


def talk(random: Random, place: Place, day: date) -> Payload:
    """A talk with one person, or with a few when it is about care."""
    kind = one_of(random, TALKS)
    care = kind == TalkType.HEART_TALK
    people = random.sample(place.people, random.randint(1, 3) if care else 1)
    return {
        "type": kind,
        "title": _told(random, TALK_TITLES[kind], day),
        "focus": "party_building_quality" if care else "integrity",
        "actor": _actor(random, place),
        "talker": place.people[0].name,
        "pair_type": random.choice(list(PairType)) if care else None,
        "place": random.choice(corpus.PLACES),
        "persons": [{"member_id": one.id, "post": random.choice(corpus.POSTS)} for one in people],
    }


def sanction(random: Random, place: Place, day: date) -> Payload:
    """A sanction against one member."""
    kind = one_of(random, SANCTIONS)
    probation = kind == SanctionType.PROBATION_WITHIN_PARTY
    return {
        "type": kind,
        "title": "党纪处分决定",
        "focus": "integrity",
        "person": {"member_id": random.choice(place.people).id},
        "decision_number": f"纪发〔{day.year}〕{random.randint(1, 60)}号",
        "expires_on": day + timedelta(days=365) if probation else None,
    }


def activity(random: Random, place: Place, day: date) -> Payload:
    """An activity with how many took part."""
    kind = one_of(random, ACTIVITIES)
    count = {"value": random.randint(5, 60), "approximate": random.randrange(8) == 0}
    training = kind == ActivityType.TRAINING_COURSE
    return {
        "type": kind,
        "title": _told(random, ACTIVITY_TITLES[kind], day),
        "focus": "integrity" if kind == ActivityType.WARNING_EDUCATION else "core_work",
        "actor": _actor(random, place),
        "place": random.choice(corpus.SITES),
        "organizer": place.name,
        "participants": count,
        "hours": float(random.choice((4, 8, 16))) if training else None,
    }


def output(random: Random, place: Place, day: date) -> Payload:
    """Something that the work brought forth."""
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
        "title": _told(random, titles[kind], day),
        "focus": "core_work" if solved is not None else "party_building_quality",
        "actor": _actor(random, place),
        "authors": [random.choice(place.people).name],
        "change": change,
        "solved_difficulties": solved,
        "copies": {"value": random.randint(1, 6)} if kind == OutputType.BRIEFING else None,
    }


def rectification(random: Random, place: Place, day: date) -> Payload:
    """A problem with who puts it right, by when."""
    kind = one_of(random, RECTIFICATION_TYPES)
    by_member = random.random() < MEMBER_SHARE
    owner = random.choice(place.people)
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
        "lead_leader": place.people[0].name,
        "responsible_person": None if by_member else owner.name,
        "responsible_member_id": owner.id if by_member else None,
        "responsible_department": random.choice(corpus.DEPARTMENTS),
    }


MAKERS: Mapping[str, Callable[[Random, Place, date], Payload]] = {
    "meetings": meeting,
    "talks": talk,
    "sanctions": sanction,
    "rectifications": rectification,
    "activities": activity,
    "outputs": output,
}
PLURALS: Shares = (tuple(MAKERS), (320, 105, 5, 350, 120, 100))
