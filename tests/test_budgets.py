"""Size and shape limits of the code base, from docs/architecture.md."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = sorted((ROOT / "app").rglob("*.py"))
# A released migration is frozen and lists tables, so only its frame (env.py) has a budget.
PYTHON = [
    *APP,
    *sorted((ROOT / "migrations").glob("*.py")),
    *sorted((ROOT / "benchmarks").rglob("*.py")),
    *sorted((ROOT / "tools").rglob("*.py")),
]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
BINARY = {".png", ".ico", ".woff2", ".docx", ".xlsx", ".pyc"}
NOQA = re.compile(r"#\s*noqa\b", re.IGNORECASE)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _functions(path: Path) -> Iterator[FunctionNode]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, FunctionNode):
            yield node


def _length(function: FunctionNode) -> int:
    """Count the lines of signature and body; decorators and the docstring are free."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function) is None:
        return total
    docstring = function.body[0]
    return total - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


@pytest.mark.parametrize(("files", "limit"), [(PYTHON, 400), (TESTS, 500)], ids=["app", "tests"])
def test_files_stay_short(files: list[Path], limit: int) -> None:
    too_long = {_name(path): _lines(path) for path in files if _lines(path) > limit}
    assert not too_long


def test_functions_stay_short() -> None:
    too_long = {
        f"{_name(path)}:{function.lineno} {function.name}": _length(function)
        for path in PYTHON
        for function in _functions(path)
        if _length(function) > 40
    }
    assert not too_long


def test_imports_stand_at_the_top_of_a_module() -> None:
    hidden = [
        f"{_name(path)}:{node.lineno}"
        for path in APP
        for function in _functions(path)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert not hidden


def test_database_dialects_are_named_in_one_place() -> None:
    strays = [
        _name(path)
        for path in APP
        if "sqlalchemy.dialects" in path.read_text(encoding="utf-8")
        and path != ROOT / "app" / "core" / "database.py"
    ]
    assert not strays


def test_no_unfinished_work_is_marked() -> None:
    marked = [
        f"{_name(path)}:{number}"
        for path in PYTHON + TESTS
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if UNFINISHED.search(line)
    ]
    assert not marked


def test_exceptions_from_the_linter_are_few() -> None:
    """What is argued once for all stands in pyproject.toml."""
    exceptions = [
        f"{_name(path)}:{number}"
        for path in APP
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if NOQA.search(line)
    ]
    assert len(exceptions) <= 60, exceptions


def test_every_text_file_is_utf8_without_a_byte_order_mark() -> None:
    broken = []
    for path in (ROOT / "app").rglob("*"):
        if path.is_file() and path.suffix not in BINARY:
            content = path.read_bytes()
            try:
                content.decode("utf-8")
            except UnicodeDecodeError:
                broken.append(_name(path))
            if content.startswith(b"\xef\xbb\xbf"):
                broken.append(_name(path))
    assert not broken


# Modules of less than 60 lines that stand alone, each with its reason.
A_SMALL_KIND = "a kind of record with little of its own"
SHORT_MODULES: dict[str, str] = {
    "app/access/unit_of_work.py": "the one place that opens and commits a unit",
    "app/access/rules.py": "roles and what each permits, as data",
    "app/activities/kind.py": A_SMALL_KIND,
    "app/activities/rules.py": A_SMALL_KIND,
    "app/cli.py": "wiring: imports only the command that is called",
    "app/core/clock.py": "a port with its twin",
    "app/core/ids.py": "ids are made and hashed in one place",
    "app/core/labels.py": "enumerations with labels, for rules that know no framework",
    "app/core/logging.py": "set up once for the process",
    "app/kinds.py": "wiring: the kinds of record, collected once",
    "app/outputs/kind.py": A_SMALL_KIND,
    "app/outputs/rules.py": A_SMALL_KIND,
    "app/registry.py": "wiring: routers and tables, collected once",
    "app/rectifications/routes.py": A_SMALL_KIND,
    "app/sanctions/kind.py": A_SMALL_KIND,
    "app/sanctions/rules.py": A_SMALL_KIND,
    "app/talks/kind.py": A_SMALL_KIND,
    "app/talks/rules.py": A_SMALL_KIND,
}
MAY_BE_SHORT = {"__init__.py", "errors.py", "models.py"}


def _class_names(path: Path) -> Iterator[str]:
    """Yield the public classes of a module, nested ones too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield node.name


def _alias_names(path: Path) -> Iterator[str]:
    """Yield the names in CapWords that a module gives to types: aliases and type variables."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        for target in node.targets if isinstance(node, ast.Assign) else ():
            if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                yield target.id


def test_short_modules_have_a_reason() -> None:
    short = {_name(path) for path in APP if _lines(path) < 60 and path.name not in MAY_BE_SHORT}
    assert short - SHORT_MODULES.keys() == set(), "merge it, or say why it stands alone"
    assert SHORT_MODULES.keys() - short == set(), "no longer short, or gone"


def test_files_and_folders_are_few() -> None:
    folders = {path.parent for path in APP}
    assert len(APP) <= 260
    assert len(folders) <= 25


def test_a_class_name_has_one_meaning() -> None:
    modules: defaultdict[str, list[str]] = defaultdict(list)
    for path in APP:
        for name in _class_names(path):
            modules[name].append(_name(path))
    assert not {name: places for name, places in modules.items() if len(places) > 1}


def test_no_alias_bears_the_name_of_a_class_of_another_module() -> None:
    classes = {name: _name(path) for path in APP for name in _class_names(path)}
    taken = {
        f"{_name(path)}: {name}": classes[name]
        for path in APP
        for name in _alias_names(path)
        if classes.get(name, _name(path)) != _name(path)
    }
    assert taken == {}
