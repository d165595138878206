"""Types of output: pure."""

from collections.abc import Mapping
from enum import StrEnum


class OutputType(StrEnum):
    """Types of output."""

    POLICY_DOCUMENT = "policy_document"
    ARTICLE = "article"
    TASK_BREAKTHROUGH = "task_breakthrough"
    PLATFORM = "platform"
    AWARD = "award"
    BRIEFING = "briefing"
    MATERIAL = "material"
    OTHER = "other"


class PolicyChange(StrEnum):
    """Whether a policy was made anew or revised."""

    CREATED = "created"
    REVISED = "revised"


TYPE_LABELS: Mapping[OutputType, str] = {
    OutputType.POLICY_DOCUMENT: "制度",
    OutputType.ARTICLE: "文章",
    OutputType.TASK_BREAKTHROUGH: "课题攻关",
    OutputType.PLATFORM: "平台阵地",
    OutputType.AWARD: "表彰",
    OutputType.BRIEFING: "简报",
    OutputType.MATERIAL: "材料",
    OutputType.OTHER: "其他成果",
}

# Outputs are counted in 项, but for these.
MEASURES: Mapping[OutputType, str] = {
    OutputType.ARTICLE: "篇",
    OutputType.PLATFORM: "个",
    OutputType.BRIEFING: "期",
    OutputType.MATERIAL: "份",
}

CHANGE_LABELS: Mapping[PolicyChange, str] = {
    PolicyChange.CREATED: "新制定",
    PolicyChange.REVISED: "修订",
}

# What is counted in 期 and 份; every other output is one by itself.
COPIED = frozenset({OutputType.BRIEFING, OutputType.MATERIAL})
