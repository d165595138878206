"""The phrase after 聚焦…, chosen from the strands of work that a paragraph tells."""

from collections.abc import Sequence

from app.report.phrases import Variant, variant
from app.report.wording import join
from app.report.writer import choose

HEADLINES: dict[str, tuple[Variant, ...]] = {
    "theoretical_study": (
        variant("组织集体学习", "study"),
        variant("学习与调研并进", "study", "article"),
        variant("学习与宣讲并进", "study", "lecture"),
    ),
    "party_leadership": (
        variant("从健全议事决策制度入手", "policy"),
        variant("健全制度、集体议事", "policy", "meeting"),
    ),
    "party_building_quality": (
        variant("抓经常性组织生活", "routine"),
        variant("定办法、抓考评", "policy", "assessment"),
        variant("定办法、抓组织生活、抓考评", "policy", "assessment", "routine"),
    ),
    "dual_responsibility": (
        variant("定期开展专题研究", "special"),
        variant("明确责任、专题部署", "special", "policy"),
    ),
    "integrity": (
        variant("开展廉政教育", "activity"),
        variant("制度与教育并行", "policy", "activity"),
        variant("教育与监督并行", "activity", "supervision"),
        variant("制度、教育、监督一并推进", "policy", "activity", "supervision"),
    ),
    "rectification": (variant("以台账管整改", "rectification"),),
    "core_work": (
        variant("组织课题攻关", "breakthrough"),
        variant("以党员培训和课题攻关为抓手", "training", "breakthrough"),
        variant("以主题活动、党员培训和课题攻关为抓手", "activity", "training", "breakthrough"),
    ),
}

STRAND_NOUNS: dict[str, str] = {
    "policy": "制度建设",
    "study": "理论学习",
    "special": "专题研究",
    "routine": "组织生活",
    "meeting": "会议议事",
    "lecture": "党课教育",
    "assessment": "工作考评",
    "platform": "阵地平台",
    "activity": "主题活动",
    "talk": "谈话",
    "training": "党员培训",
    "supervision": "监督执纪",
    "rectification": "问题整改",
    "breakthrough": "课题攻关",
    "article": "调研写作",
    "award": "评先评优",
    "material": "资料编印",
}

_NOUNS_SHOWN = 3


def headline(focus: str, strands: Sequence[str]) -> str:
    """A factual headline with its comma, or nothing when the facts give no ground for one."""
    fitting = choose(HEADLINES.get(focus, ()), frozenset(strands))
    if fitting:
        return f"，{fitting[0].text}"
    nouns = [STRAND_NOUNS[strand] for strand in strands]
    if 1 < len(nouns) <= _NOUNS_SHOWN:
        return f"，主要做了{join(nouns)}方面的工作"
    return ""
