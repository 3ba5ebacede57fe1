"""The arrows between the parts, and what each part may touch, read from the source itself."""

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from local.template import PROJECT

PACKAGE = PROJECT / "layers" / "package" / "hotpapers"
MODULES = sorted(PACKAGE.rglob("*.py"))
FUNCTIONS = sorted((PROJECT / "functions").glob("*/*.py"))
PYTHON_FILES = [
    *MODULES,
    *FUNCTIONS,
    *sorted((PROJECT / "local").rglob("*.py")),
    *sorted((PROJECT / "tests").rglob("*.py")),
]

ARROWS = {
    "domain": set[str](),
    "errors": set[str](),
    "documents": {"domain"},
    "ports": {"domain"},
    "environment": {"errors"},
    "loading": set[str](),
    "use_cases": {"documents", "domain", "errors", "ports"},
    "adapters": {"documents", "domain", "environment", "errors", "ports"},
    "settings": {"documents", "domain", "environment", "errors"},
    "events": {"errors", "use_cases"},
    "roster": {"adapters", "domain", "environment", "errors", "ports", "settings", "use_cases"},
    "bootstrap": {"adapters", "documents", "roster", "settings", "use_cases"},
    "web": {"bootstrap", "documents", "domain", "errors", "events", "use_cases"},
}
"""Which parts of the package each part knows of."""

LIBRARIES = {
    "adapters": {"botocore", "defusedxml", "requests", "tenacity", "urllib3"},
    "documents": {"jinja2", "latex2mathml"},
    "web": {"aws_lambda_powertools"},
}
"""Which libraries each part uses; the parts that are not named use none."""

WORLD = {
    "asyncio",
    "io",
    "logging",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "uuid",
}
"""Modules of the standard library by which code sees or changes the world."""

CLOCKS = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.time_ns",
    "time.monotonic",
    "time.perf_counter",
    "time.gmtime",
    "time.localtime",
}
ENVIRONMENT = {"os.environ", "os.getenv", "os.putenv", "os.unsetenv", "os.environb"}


def part(path: Path) -> str:
    """The part of the package that a module belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(path: Path) -> Iterator[str]:
    """Every name that a module imports, for type checkers too: `hotpapers.errors.StoreError`."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def uses(path: Path) -> set[str]:
    """Every `name.attribute` in a module, `from name import attribute` included."""
    attributes = {
        f"{node.value.id}.{node.attr}"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return attributes | set(imports(path))


def libraries(path: Path) -> set[str]:
    """What a module imports that is neither ours nor the standard library's, stubs aside."""
    packages = {name.partition(".")[0] for name in imports(path)}
    ours = {"hotpapers", "functions", "local", "tests"}
    stubs = {name for name in packages if name.startswith("mypy_boto3_")}
    return packages - ours - stubs - sys.stdlib_module_names


def test_the_arrows_go_one_way() -> None:
    arrows: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        known = {name.split(".")[1] for name in imports(path) if name.startswith("hotpapers.")}
        arrows[part(path)] |= known - {part(path)}
    del arrows["__init__"]

    assert arrows == ARROWS


def test_there_is_an_order_in_which_each_part_knows_only_earlier_ones() -> None:
    earlier: set[str] = set()
    while rest := {name: known for name, known in ARROWS.items() if name not in earlier}:
        ready = {name for name, known in rest.items() if known <= earlier}
        assert ready, f"a circle among {sorted(rest)}"
        earlier |= ready


def test_each_library_is_used_where_it_belongs() -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for path in MODULES:
        if found := libraries(path):
            used[part(path)] |= found

    assert used == LIBRARIES


def test_the_template_engine_is_used_by_the_posts_and_the_pages_alone() -> None:
    users = [str(path.relative_to(PACKAGE)) for path in MODULES if "jinja2" in libraries(path)]

    assert users == ["documents/pages/template.py", "documents/post_template.py"]


def test_the_domain_is_pure() -> None:
    modules = {
        path.name: {name.partition(".")[0] for name in imports(path)} & WORLD
        for path in (PACKAGE / "domain").glob("*.py")
    }

    assert len(modules) > 5
    assert {name: world for name, world in modules.items() if world} == {}


def test_the_environment_is_read_by_the_settings_alone() -> None:
    readers = [path.name for path in MODULES + FUNCTIONS if uses(path) & ENVIRONMENT]

    assert readers == ["settings.py"]


def test_the_clock_is_read_by_the_upstreams_and_where_orders_come_in() -> None:
    readers = {"/".join(path.parts[-2:]): uses(path) & CLOCKS for path in MODULES + FUNCTIONS}

    assert {name: clocks for name, clocks in readers.items() if clocks} == {
        "adapters/pace.py": {"time.monotonic", "datetime.now"},
        # An order whose time has not come yet is refused.
        "backfill/app.py": {"datetime.now"},
        "collector/app.py": {"datetime.now"},
    }


@pytest.mark.parametrize(
    ("function", "known"),
    [
        ("api", {"hotpapers.bootstrap.archive", "hotpapers.loading.loading", "hotpapers.web"}),
        (
            "backfill",
            {
                "hotpapers.events.read_backfill_order",
                "hotpapers.events.read_backfill_results",
                "hotpapers.use_cases.backfill.list_dates",
                "hotpapers.use_cases.backfill.sum_up",
            },
        ),
        (
            "collector",
            {
                "hotpapers.bootstrap.collector",
                "hotpapers.use_cases.report.measure",
                "hotpapers.use_cases.report.summarize",
                "hotpapers.events.read_collection_order",
            },
        ),
        (
            "renderer",
            {
                "hotpapers.bootstrap.renderer",
                "hotpapers.events.read_digest_date",
                "hotpapers.events.read_publication_order",
            },
        ),
    ],
)
def test_a_function_only_translates(function: str, known: set[str]) -> None:
    path = PROJECT / "functions" / function / "app.py"
    ours = {name for name in imports(path) if name.startswith("hotpapers.")}
    shown = {"hotpapers.web" if name.startswith("hotpapers.web.") else name for name in ours}

    assert shown == known
    assert libraries(path) == {"aws_lambda_powertools"}


def test_a_function_is_one_short_file() -> None:
    sizes = {
        str(path.relative_to(PROJECT)): len(path.read_text().splitlines()) for path in FUNCTIONS
    }

    assert set(sizes) == {
        f"functions/{name}/app.py" for name in ("api", "backfill", "collector", "renderer")
    }
    assert {path: size for path, size in sizes.items() if size > 40} == {}


def test_functions_are_not_imported_by_the_package() -> None:
    outside = {"functions", "local", "tests"}

    assert [
        (path.name, name)
        for path in MODULES
        for name in imports(path)
        if name.partition(".")[0] in outside
    ] == []


def test_package_files_are_empty() -> None:
    files = [path for path in MODULES if path.name == "__init__.py"]

    assert {part(path) for path in files if path.parent != PACKAGE} == {
        "adapters",
        "documents",
        "domain",
        "use_cases",
        "web",
    }
    assert [path for path in files if path.read_text()] == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    nothing = ("util", "helper", "manager", "common", "misc", "shared", "base", "core", "stuff")

    assert [path for path in PYTHON_FILES if any(word in path.stem for word in nothing)] == []


def test_functions_and_methods_are_short() -> None:
    long = [
        f"{path.relative_to(PROJECT)}:{node.lineno} {node.name}"
        for path in MODULES + FUNCTIONS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.body[0].lineno + 1 > 40
    ]

    assert long == []
