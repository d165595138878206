"""Types of output: pure."""

from collections.abc import Mapping

from app.core.labels import LabelledEnum


class OutputType(LabelledEnum):
    """Types of output."""

    POLICY_DOCUMENT = "policy_document", "制度"
    ARTICLE = "article", "文章"
    TASK_BREAKTHROUGH = "task_breakthrough", "课题攻关"
    PLATFORM = "platform", "平台阵地"
    AWARD = "award", "表彰"
    BRIEFING = "briefing", "简报"
    MATERIAL = "material", "材料"
    OTHER = "other", "其他成果"


class PolicyChange(LabelledEnum):
    """Whether a policy was made anew or revised."""

    CREATED = "created", "新制定"
    REVISED = "revised", "修订"


# Outputs are counted in 项, but for these.
MEASURES: Mapping[OutputType, str] = {
    OutputType.ARTICLE: "篇",
    OutputType.PLATFORM: "个",
    OutputType.BRIEFING: "期",
    OutputType.MATERIAL: "份",
}


# What is counted in 期 and 份; every other output is one by itself.
COPIED = frozenset({OutputType.BRIEFING, OutputType.MATERIAL})
