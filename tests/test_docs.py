"""The documents say what the program does."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import app.main  # noqa: F401 - it imports every room and with them every error
from app.access import rules as access
from app.assessment import rules as assessment
from app.checks import findings as checks
from app.core.settings import Settings
from app.items import rules as items
from app.kinds import KINDS
from app.meeting_steps import rules as meeting_steps
from app.organizations import rules as organizations
from app.report.drafts import rules as drafts
from app.rulesets import rules as rulesets
from app.web.pages import known_problems

ROOT = Path(__file__).parents[1]
DOCS = sorted([*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md"), *ROOT.glob("benchmarks/*.md")])
RULES = (
    access,
    assessment,
    checks,
    drafts,
    items,
    meeting_steps,
    organizations,
    rulesets,
    *(import_module(f"app.{kind.plural}.rules") for kind in KINDS),
)
OPERATIONS = (ROOT / "docs" / "operations.md").read_text("utf-8")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_documented_with_its_default(name: str) -> None:
    field = Settings.model_fields[name]
    shown = "not set" if field.default is None else f"`{field.default}`"
    assert f"| `ZHAODAN_{name.upper()}` | {field.description} | {shown} |" in OPERATIONS


def test_every_problem_code_is_documented() -> None:
    for code, (status, title) in known_problems().items():
        assert f"| `{code}` | {status} | {title} |" in OPERATIONS


@pytest.mark.parametrize("room", RULES, ids=lambda room: room.__name__)
def test_every_term_is_in_the_glossary(room: ModuleType) -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text("utf-8")
    terms = [
        str(term)
        for kind in vars(room).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind.__module__ == room.__name__
        for term in kind
    ]
    assert terms
    assert [term for term in terms if f"`{term}`" not in glossary] == []


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", document.read_text("utf-8")):
        if "://" not in target:
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_decision_says_what_enforces_it() -> None:
    for decision in (ROOT / "docs" / "decisions").glob("*.md"):
        text = decision.read_text("utf-8")
        for heading in ("**Context.**", "**Decision.**", "**Consequences.**", "**Enforced by**"):
            assert heading in text, f"{decision.name}: {heading}"


def kept_in_memory(path: Path) -> Iterator[str]:
    """Yield the functions of a file that keep results, and the classes that have a lock."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            if any(
                re.match(r"(functools\.)?(lru_)?cache\b", ast.unparse(one))
                for one in node.decorator_list
            ):
                yield node.name
        elif isinstance(node, ast.ClassDef) and "Lock()" in ast.unparse(node):
            yield node.name


def test_all_that_a_process_keeps_in_memory_is_accounted_for() -> None:
    decision = (ROOT / "docs" / "decisions" / "0020-kept-in-memory.md").read_text("utf-8")
    argued = {name.rpartition(".")[2] for name in re.findall(r"`([\w.]+)`", decision)}
    kept = {name for path in (ROOT / "app").rglob("*.py") for name in kept_in_memory(path)}
    assert not kept - argued
