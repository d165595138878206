"""The phrase after 聚焦…, chosen from the strands of work that a paragraph tells."""

from collections.abc import Sequence

from app.report.composition.counts import Clause
from app.report.composition.wording import join
from app.report.composition.writer import Writer

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


def headline(writer: Writer, focus: str, strands: Sequence[str]) -> Clause:
    """A factual headline with its comma, or nothing when the facts give no ground for one."""
    rule = f"headline.{focus}"
    if said := writer.may_say(rule, frozenset(strands), {}):
        return "，" + said
    nouns = [STRAND_NOUNS[strand] for strand in strands]
    if 1 < len(nouns) <= _NOUNS_SHOWN:
        return Clause(f"，主要做了{join(nouns)}方面的工作")
    return Clause()
