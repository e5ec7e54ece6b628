"""The house rules (架构守则), held by reading the syntax trees. Each was broken once on purpose to see it caught."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "lawedu"

# Downwards only: a slice may import earlier ones.
SLICES = (
    "audit",
    "people",
    "notices",
    "statutes",
    "questions",
    "exams",
    "attempts",
    "practice",
    "lectures",
    "appointments",
    "completion",
    "outreach",
    "reports",
    "home",
)
# Inside a slice: a file may import layers at its own height or below. A file named `<noun>_<layer>` is of that layer,
# `<noun>` alone is a deed or a helper of deeds (docs/decisions/0002-nouns-in-slices.md).
LAYERS = ("models", "queries", "services", "wording", "forms", "views", "commands", "jobs", "handlers")
EDGE = frozenset({"views", "commands", "jobs", "handlers"})
FLASK_LAYERS = frozenset({"forms", "views", "commands"})
INFRASTRUCTURE = frozenset({"db", "clock", "wording", "events", "storage", "spreadsheets", "workbooks", "documents"})
WEB_LIBRARIES = frozenset({"flask", "wtforms", "flask_wtf", "flask_login", "werkzeug"})
SHARED_WITH_LATER = frozenset({"models", "queries", "services"})
LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def files(folder: Path = PACKAGE) -> list[Path]:
    return sorted(folder.rglob("*.py"))


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """(dotted module, line) of every import; `from a import b` counts as a.b when that is a module of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield (
                    (longer if (ROOT / Path(*longer.split("."))).with_suffix(".py").exists() else node.module),
                    node.lineno,
                )


def layer_of(stem: str) -> str:
    """The layer of a file in a slice, by its name."""
    last = stem.rsplit("_", 1)[-1]
    return last if last in LAYERS else "services"


def place(dotted: str) -> tuple[str, str]:
    """(part, file) of one of our modules: ("people", "queries"), ("core", "exam"), ("db", "")."""
    parts = dotted.split(".")
    return (parts[1] if len(parts) > 1 else "", parts[2] if len(parts) > 2 else "")


ALL = files()
IDS = [module_name(path) for path in ALL]


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_arrows_point_down(path: Path) -> None:
    part, stem = place(module_name(path))
    wrong = []
    for dotted, line in imports(tree_of(path)):
        if not dotted.startswith("lawedu"):
            if dotted.split(".")[0] in ("config", "app") and part != "application":
                wrong.append(f"line {line}: {dotted}")
            continue
        target, target_stem = place(dotted)
        if not _allowed(part, stem, target, target_stem):
            wrong.append(f"line {line}: {dotted}")
    assert not wrong, f"{module_name(path)} may not import {wrong}"


def _allowed(part: str, stem: str, target: str, target_stem: str) -> bool:
    if part in ("application", "") or target == "":
        return part == "application"
    if part == "core" or target == "core":
        return target == "core"
    if part in INFRASTRUCTURE:
        return target in INFRASTRUCTURE or (part in ("storage",) and target == "audit")
    if part == "web":
        return target == "web" or target in INFRASTRUCTURE
    if target in INFRASTRUCTURE:
        return True
    if target == "web":
        return layer_of(stem) in EDGE | {"forms"}
    if target == part:
        return LAYERS.index(layer_of(target_stem)) <= LAYERS.index(layer_of(stem))
    earlier = SLICES.index(target) < SLICES.index(part)
    return earlier and layer_of(target_stem) in SHARED_WITH_LATER


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_no_import_of_our_own_hides_in_a_function(path: Path) -> None:
    hidden = [
        f"line {line}: {dotted}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for dotted, line in imports(node)
        if dotted.startswith("lawedu")
    ]
    assert not hidden


@pytest.mark.parametrize("path", files(PACKAGE / "core"), ids=lambda p: p.stem)
def test_the_core_is_pure(path: Path) -> None:
    """Standard library only; the time and chance come in as arguments."""
    tree = tree_of(path)
    foreign = {"flask", "sqlalchemy", "wtforms", "werkzeug", "yaml", "msgspec", "os", "secrets", "uuid", "time"}
    wrong = [f"line {line}: {dotted}" for dotted, line in imports(tree) if dotted.split(".")[0] in foreign]
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            called = f"{node.func.value.id}.{node.func.attr}"
            if called in (
                "datetime.now",
                "datetime.utcnow",
                "date.today",
                "random.random",
                "random.choice",
                "random.shuffle",
            ):
                wrong.append(f"line {node.lineno}: {called}")
    assert not wrong


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_flask_stays_at_the_edge(path: Path) -> None:
    part, stem = place(module_name(path))
    if part in ("web", "application") or (part in SLICES and layer_of(stem) in FLASK_LAYERS):
        return
    # `current_app` for keys and settings is no request: it is allowed everywhere above the core.
    wrong = []
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] in WEB_LIBRARIES:
            names = {alias.name for alias in node.names}
            if not (node.module == "flask" and names <= {"current_app"}):
                wrong.append(f"line {node.lineno}: from {node.module} import {sorted(names)}")
        if isinstance(node, ast.Import) and any(alias.name.split(".")[0] in WEB_LIBRARIES for alias in node.names):
            wrong.append(f"line {node.lineno}")
    assert not wrong


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_only_the_edge_commits(path: Path) -> None:
    part, stem = place(module_name(path))
    if part == "db" or (part in SLICES and layer_of(stem) in EDGE):
        return
    wrong = [
        f"line {node.lineno}: {node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr == "commit")
            or (isinstance(node.func, ast.Name) and node.func.id == "transaction")
        )
    ]
    assert not wrong


@pytest.mark.parametrize(
    "path", [p for p in ALL if place(module_name(p))[0] in SLICES], ids=lambda p: "/".join(p.parts[-2:])
)
def test_queries_change_nothing(path: Path) -> None:
    if layer_of(path.stem) != "queries":
        return
    verbs = {"add", "add_all", "delete", "flush", "insert", "update", "commit", "bulk_save_objects"}
    wrong = [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Call)
        and (
            (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in verbs
                and "session" in ast.unparse(node.func.value)
            )
            or (isinstance(node.func, ast.Name) and node.func.id in ("insert", "update", "delete"))
        )
    ]
    assert not wrong


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_sizes_hold(path: Path) -> None:
    length = len(path.read_text(encoding="utf-8").splitlines())
    assert length <= LONGEST_FILE, f"{length} lines: split by noun"
    long = [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


@pytest.mark.parametrize("path", ALL, ids=IDS)
def test_people_read_chinese_only_where_it_belongs(path: Path) -> None:
    """Deeds and queries hold no Chinese for people: refusal sentences, forms, wording and views' messages do."""
    part, stem = place(module_name(path))
    if part not in SLICES or layer_of(stem) not in ("models", "queries"):
        return
    tree = tree_of(path)
    docstrings = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    wrong = [
        f"line {node.lineno}: {node.value!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and any("一" <= char <= "鿿" for char in node.value)
    ]
    assert not wrong


def test_public_deeds_explain_themselves() -> None:
    """Public functions of the core and of services carry a docstring."""
    silent = []
    for path in ALL:
        part, stem = place(module_name(path))
        if part != "core" and not (part in SLICES and layer_of(stem) == "services"):
            continue
        silent += [
            f"{module_name(path)}.{node.name}"
            for node in tree_of(path).body
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
            and not node.name.startswith("_")
            and not ast.get_docstring(node)
        ]
    assert not silent


def test_every_slice_has_only_known_names() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders <= {"core", "web", "static", "typst", *SLICES}


def test_the_empty_package_lets_the_core_import_without_flask() -> None:
    assert (PACKAGE / "__init__.py").read_text(encoding="utf-8") == ""
