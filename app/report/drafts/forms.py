"""The forms of report that can be drafted: the one place where they are listed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Voice = Literal["first_person", "organization"]


@dataclass(frozen=True, slots=True)
class Form:
    """A form of report: what it is called and in whose voices it is written."""

    label: str
    voices: tuple[Voice, ...]


FORMS: Mapping[str, Form] = {
    "duty_report": Form("书记述职报告", ("first_person", "organization")),
    "work_summary": Form("年度工作总结", ("organization", "first_person")),
}
