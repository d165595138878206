"""What an operation of the table of rights changes, so that it is made afresh."""

from collections.abc import Mapping

from app.kinds import KINDS

# What an operation touches, by a word in its name, and which things are spoilt by that.
SPOILT: Mapping[str, tuple[str, ...]] = {
    **{kind.name: (kind.plural, "cancelled") for kind in KINDS},
    "meeting": ("meetings", "evidence", "cancelled"),
    "rectification": ("rectifications", "extension"),
    "extension": ("rectifications", "extension", "meetings", "evidence"),
    "evidence": ("evidence",),
    "member": ("member",),
    "user": ("user", "grant"),
    "role": ("user", "grant"),
    "focus": ("focus",),
    "organization": ("org",),
    "report_inputs": ("inputs",),
    "report": ("report", "report_version", "report_comment"),
    "report_step": ("report_submitted",),
    "report_template": ("report_template",),
    "workday": ("override", "work_year"),
    "rule_set": ("rule_set",),
    "report_book": ("report_book",),
    "dut": ("duty_draft", "duty", "published"),
    "occurrence": ("owed", "linked"),
    "waive": ("owed", "waived"),
    "filing": ("filing",),
    "publication": ("publication", "objection", "held"),
    "objection": ("objection",),
    "guidance": ("guidance",),
    "resolution": ("resolved",),
    "quality": ("draft", "review", "held"),
    "finding": ("finding", "explanation"),
    "assessment": ("assessment", "scored", "assessed", "appeal"),
}
