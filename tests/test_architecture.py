"""The shape of the code: small modules, small functions, nothing heavy at import, and a map that names every module."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import cleaner

PACKAGE = Path(cleaner.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))

#: Longer ones do more than one thing.
MAX_MODULE = 300
MAX_FUNCTION = 50

#: What a pipe filter must not wait for: each takes tens to hundreds of milliseconds to import.
HEAVY = {"bs4", "hyperscan", "lxml", "msgspec", "pyarrow", "trafilatura", "yaml", "multiprocessing", "html"}

#: Heavier things, and the only places that may import them.
HOMES = {
    "trafilatura": "formats",
    "bs4": "formats",
    "lxml": "formats",
    "pyarrow": "formats",
    "fastwarc": "formats",
    "hyperscan": "literal",
    "multiprocessing": "run",
    "argparse": "cli",
    "yaml": "yamlfile",
}


def name(module: Path) -> str:
    return module.relative_to(PACKAGE).as_posix()


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the number of lines of a function without its docstring."""
    first = function.body[0]
    documented = ast.get_docstring(function) is not None and isinstance(first, ast.Expr)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
    return (function.end_lineno or 0) - function.lineno + 1 - docstring


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the first name of everything that a module imports, wherever in it, unless for types only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0]


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_a_module_is_small_and_so_are_its_functions(module: Path) -> None:
    source = module.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MAX_MODULE
    lengths = {function.name: length(function) for function in functions(ast.parse(source))}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_FUNCTION} == {}


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_what_is_public_is_documented(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    named = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name[0] != "_"]
    assert [node.name for node in named if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", MODULES, ids=name)
def test_heavy_libraries_stay_in_their_places(module: Path) -> None:
    place = name(module).partition("/")[0].removesuffix(".py")
    strangers = {library for library in imports(ast.parse(module.read_text(encoding="utf-8"))) if library in HOMES}
    assert {library for library in strangers if HOMES[library] != place and not _for_types(module, library)} == set()


def _for_types(module: Path, library: str) -> bool:
    """Whether a module imports a library under `if TYPE_CHECKING:` only."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    typed = [node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    return sum(list(imports(node)).count(library) for node in typed) == list(imports(tree)).count(library)


def loaded(code: str) -> set[str]:
    """Return which heavy libraries a fresh interpreter has loaded after some code."""
    probe = f"import sys\n{code}\nprint(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True, timeout=60)
    return HEAVY & set(done.stdout.split("\n")[-2].split())


def test_import_loads_nothing_heavy() -> None:
    assert loaded("import cleaner") == set()


def test_cleaning_loads_what_it_needs_and_no_more() -> None:
    code = "from cleaner import clean; clean('Read more: ten bridges')"
    loaded(code)  # the first run may have to read the rules and compile the cues
    assert loaded(code) <= {"hyperscan", "msgspec"}


def test_the_map_of_the_package_names_every_module() -> None:
    packages = {path.parent.name for path in PACKAGE.glob("*/__init__.py")}
    modules = packages | {module.stem for module in PACKAGE.glob("*.py")}
    text = cleaner.__doc__ or ""
    way = next(line for line in text.splitlines() if "->" in line)
    named = {*re.findall(r"`(\w+)`", text), *re.findall(r"\w+", way)}
    assert modules - {"__init__", "__main__"} - named == set()
