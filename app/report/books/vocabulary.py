"""The words that outlines, headlines and phrases may name; composition answers to each of them."""

from typing import Literal, get_args

Voice = Literal["first_person", "organization"]
PeriodKind = Literal["year", "half", "quarter"]
SectionNumbering = Literal["chinese", "parenthesized", "none"]
ParagraphNumbering = Literal["ordinal", "first", "plain"]

# What a section may hold. A new content is a word here and a teller in composition.contents.
ContentName = Literal[
    "lead",
    "comparison",
    "previous",
    "focuses",
    "work",
    "below",
    "coverage",
    "closed_list",
    "shortcomings",
    "plans",
]
# Contents that stand once in a report: their sentences have ids of their own.
ONCE: frozenset[ContentName] = frozenset(
    {"lead", "comparison", "previous", "below", "coverage", "shortcomings", "plans"}
)

StrandName = Literal[
    "policy",
    "study",
    "special",
    "routine",
    "meeting",
    "lecture",
    "assessment",
    "platform",
    "activity",
    "talk",
    "training",
    "supervision",
    "rectification",
    "breakthrough",
    "article",
    "award",
    "material",
]
# The order in which a paragraph tells them.
STRANDS: tuple[StrandName, ...] = get_args(StrandName)

TITLE_SLOTS = frozenset({"year", "when", "term", "organization"})
HEADING_SLOTS = frozenset({"year", "when", "period", "next_period"})
HEADLINE_SLOTS = frozenset({"first", "second"})
