"""Years to report on, as facts: the reference year and small builders for others."""

from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from app.report.facts import AuthoredNote, Count, Fact, FactSet

HQ = str(UUID(int=1))
BRANCHES = {
    "机关党支部": str(UUID(int=11)),
    "第一项目部党支部": str(UUID(int=12)),
    "第二项目部党支部": str(UUID(int=13)),
}
_IDS = count(1000)


def fact(kind: str, type_: str, title: str, **values: Any) -> Fact:
    """A completed record of the reporting organisation unless told otherwise."""
    owner = values.pop("branch", None)
    values.setdefault("status", "completed")
    values.setdefault("id", str(UUID(int=next(_IDS))))
    if values.get("is_reporter"):
        values.setdefault("actor", "person")
        values.setdefault("actor_post", "secretary")
    return Fact(
        version=1,
        kind=kind,
        type=type_,
        title=title,
        organization_id=BRANCHES.get(owner, str(UUID(int=99))) if owner else HQ,
        organization_name=owner or "指挥部党总支",
        **values,
    )


def on(month: int, day: int, year: int = 2018) -> date:
    return date(year, month, day)


def rectification(source: str, title: str, **values: Any) -> Fact:
    values.setdefault("status", "closed")
    values.setdefault("focus", "rectification")
    return fact("rectification", "by_deadline", title, source=source, **values)


def _policies() -> list[Fact]:
    rows = [
        ("“三重一大”集体决策制度", "party_leadership", (1, 25), "created"),
        ("总支委会议事制度", "party_leadership", (2, 27), "created"),
        ("总支委工作细则", "party_leadership", (3, 15), "created"),
        ("“三会一课”管理评价办法", "party_building_quality", (3, 28), "created"),
        ("党支部工作季度考评办法", "party_building_quality", (4, 10), "created"),
        ("党建工作责任制实施办法", "dual_responsibility", (1, 30), "created"),
        ("党风廉政建设责任制细则", "integrity", (3, 30), "revised"),
        ("廉政风险防控办法", "integrity", (4, 26), "revised"),
    ]
    return [
        fact(
            *("output", "policy_document", title),
            focus=focus,
            happened_on=on(*day),
            change=change,
            is_reporter=True,
        )
        for title, focus, day, change in rows
    ]


def _meetings() -> list[Fact]:
    studies = [
        ("党的十九大精神专题学习", (2, 8), 9),
        ("习近平新时代中国特色社会主义思想专题学习", (4, 19), 9),
        ("全国组织工作会议精神专题学习", (7, 12), 8),
        ("新修订纪律处分条例专题学习", (10, 18), 9),
    ]
    specials = {
        "party_building": [(2, 6), (6, 28), (11, 8)],
        "ideology": [(5, 17), (10, 25)],
        "integrity": [(3, 22), (9, 13)],
    }
    return [
        *(
            fact(
                *("meeting", "central_group_study", title),
                focus="theoretical_study",
                happened_on=on(*day),
                expected=9,
                present=present,
            )
            for title, day, present in studies
        ),
        *(
            fact(
                *("meeting", "special_meeting", "专题会议"),
                topic=topic,
                focus="dual_responsibility",
                happened_on=on(*day),
                expected=14,
                present=13 if topic == "ideology" else 14,
                is_reporter=True,
            )
            for topic, days in specials.items()
            for day in days
        ),
    ]


def _quality() -> list[Fact]:
    days = {"一": (4, 12), "二": (7, 11), "三": (10, 12), "四": (12, 20)}
    return [
        *(
            fact(
                *("activity", "quarterly_assessment", f"第{name}季度党支部工作考评"),
                focus="party_building_quality",
                happened_on=on(*day),
            )
            for name, day in days.items()
        ),
        fact(
            *("output", "platform", "党群工作网"),
            focus="party_building_quality",
            happened_on=on(5, 30),
            is_reporter=True,
        ),
        fact(
            *("output", "article", "依法合规推进管内项目建设调研"),
            focus="theoretical_study",
            happened_on=on(6, 20),
            is_reporter=True,
        ),
    ]


def supervision() -> list[Fact]:
    talks = [
        *(("reminder_talk", day) for day in [(3, 6), (4, 24), (6, 5), (8, 15), (10, 30), (11, 21)]),
        *(("admonition_talk", day) for day in [(5, 9), (9, 27)]),
    ]
    return [
        *(
            fact(
                *("talk", kind, f"涉密谈话标题{index}"),
                focus="integrity",
                happened_on=on(*day),
                persons=frozenset({f"谈话人{index}"}),
                is_reporter=True,
            )
            for index, (kind, day) in enumerate(talks)
        ),
        fact(
            *("sanction", "warning", "涉密处分标题"),
            focus="integrity",
            happened_on=on(10, 11),
            persons=frozenset({"受处分人"}),
        ),
    ]


_FEEDBACK = {
    "党支部换届台账不完整": (5, 11),
    "党费收缴公示不及时": (6, 12),
    "中心组学习记录不规范": (7, 13),
    "党员活动室建设滞后": (8, 14),
    "支部考评结果运用不足": (4, 15),
    "外协队伍党员管理不到位": (5, 16),
    "宣传阵地更新不及时": (6, 17),
    "党务公开目录缺项": (7, 18),
}
_SELF_CHECK = {
    "党建工作与项目建设结合不紧": (6, 21),
    "支部工作指导不够具体": (7, 22),
    "党员教育形式单一": (8, 23),
    "台账资料归档不及时": (5, 24),
    "谈心谈话覆盖不全": (6, 25),
}
_OWN = {"理论学习系统性不够": (3, 21), "深入一线调研不够": (4, 22), "压力传导不够": (5, 23)}


def _rectifications() -> list[Fact]:
    groups = (
        ("assessment_feedback", _FEEDBACK, (9, 30)),
        ("self_check", _SELF_CHECK, (10, 31)),
        ("democratic_life_meeting", _OWN, (6, 30)),
    )
    return [
        *(
            rectification(source, title, completed_on=on(*day), due_on=on(*due))
            for source, rows, due in groups
            for title, day in rows.items()
        ),
        rectification(
            *("assessment_feedback", "工会组织换届"),
            status="suspended",
            due_on=on(9, 30),
            suspended_on=on(7, 5),
            suspension_approver="集团公司工会",
            suspension_reason="上级工会统一安排换届时间",
        ),
    ]


def _core_work() -> list[Fact]:
    courses = [("一", (4, 20), "不忘初心再出发"), ("二", (8, 24), "做新时代合格党员")]
    courses.append(("三", (11, 16), "以党建促建设"))
    topics = {
        "隧道围岩监测课题": 2,
        "大体积混凝土温控课题": 1,
        "铺轨精调课题": 3,
        "桥梁转体施工课题": 2,
        "接触网施工安全课题": 1,
        "路基沉降控制课题": 1,
        "涉铁营业线施工课题": 1,
    }
    found = [
        fact(
            *("output", "task_breakthrough", title),
            focus="core_work",
            happened_on=on(month, 28),
            solved_difficulties=solved,
            is_reporter=True,
        )
        for month, (title, solved) in enumerate(topics.items(), start=4)
    ]
    for term, day, lecture in courses:
        common: dict[str, Any] = {
            "focus": "core_work",
            "happened_on": on(*day),
            "is_reporter": True,
        }
        found.append(
            fact(
                *("activity", "training_course", f"党员脱产教育培训班（第{term}期）"),
                participants=Count(45),
                hours=Decimal(16),
                **common,
            )
        )
        found.append(fact("meeting", "party_lecture", lecture, expected=45, present=45, **common))
    return found


def _activities() -> list[Fact]:
    rows = [
        ("commemoration", "纪念建党97周年系列活动", "core_work", (7, 1), 120, False),
        ("commemoration", "纪念改革开放40周年系列活动", "core_work", (12, 18), 110, False),
        ("field_visit", "赴小岗村重温改革历程", "core_work", (9, 20), 36, True),
        ("reading", "诵读《红色家书》", "core_work", (5, 4), 58, False),
        ("reading", "共读《习近平讲故事》", "core_work", (8, 10), 64, False),
        ("warning_education", "参观全国廉政教育基地", "integrity", (6, 14), 42, False),
    ]
    return [
        fact(
            *("activity", kind, title),
            focus=focus,
            happened_on=on(*day),
            participants=Count(people),
            is_reporter=is_reporter,
        )
        for kind, title, focus, day, people, is_reporter in rows
    ]


def below() -> list[Fact]:
    """What the branches still owe."""
    return [
        fact(
            *("meeting", "member_assembly", "第二项目部党支部第三季度党员大会"),
            branch="第二项目部党支部",
            focus="party_building_quality",
            status="planned",
            due_on=on(9, 30),
        ),
        rectification(
            *("self_check", "党员学习笔记抽查不合格"),
            branch="第一项目部党支部",
            status="in_progress",
            found_on=on(8, 6),
            due_on=on(11, 30),
            days_overdue=31,
        ),
    ]


def _notes(titles: list[str]) -> tuple[AuthoredNote, ...]:
    return tuple(AuthoredNote(UUID(int=next(_IDS)), title) for title in titles)


SHORTCOMINGS = _notes(
    [
        *("政工经验不足", "工作站位不高", "创新方法不多"),
        *("党员教育不够", "精力投入不足", "大局意识不强"),
    ]
)
PLANS = _notes(
    [
        "落实责任，履行第一责任人职责",
        "服务现场，提升党员队伍素质",
        "打牢基础，增强基层组织战斗力",
        "探索创新，增强基层党建活力",
        "强化监督，形成良好政治生态",
    ]
)


def year(facts: list[Fact], **values: Any) -> FactSet:
    """A year of the general branch, seen from its last day unless told otherwise."""
    known: dict[str, Any] = {
        "organization_id": HQ,
        "organization_name": "指挥部党总支",
        "organization_kind": "general_branch",
        "parent_name": "集团公司党委",
        "year": 2018,
        "as_of": on(12, 31),
        "facts": tuple(facts),
    }
    return FactSet(**{**known, **values})


_REFERENCE = [
    *(*_policies(), *_meetings(), *_quality(), *supervision()),
    *(*_rectifications(), *_core_work(), *_activities()),
]


def reference(*, with_branches: bool = False) -> FactSet:
    """The reference year: the general branch alone, or with what its branches owe."""
    facts = [*_REFERENCE, *(_BELOW if with_branches else [])]
    return year(
        facts,
        shortcomings=SHORTCOMINGS,
        next_plans=PLANS,
        include_descendants=with_branches,
        branch_names=tuple(BRANCHES) if with_branches else (),
    )


_BELOW = below()
