"""Is the house in order? Style, types and import contracts, as tests, so that nothing needs remembering."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CODE = ["bot", "handlers", "storage", "sandbox"]


def _run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"


def _tool(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def _modules() -> list[Path]:
    return [path for package in CODE for path in sorted((ROOT / package).rglob("*.py"))]


def test_ruff_finds_nothing() -> None:
    _run(_tool("ruff"), "check", "--quiet", ".")


def test_every_file_is_formatted_alike() -> None:
    _run(_tool("ruff"), "format", "--check", "--quiet", ".")


def test_the_types_hold_under_strict_mypy() -> None:
    _run(_tool("mypy"), "--no-error-summary")


def test_imports_point_down_as_the_contracts_say() -> None:
    _run(_tool("lint-imports"), "--no-cache")


@pytest.mark.parametrize("path", _modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_the_question_it_answers(path: Path) -> None:
    source = path.read_text()
    if source.strip() and "versions" not in path.parts:
        assert ast.get_docstring(ast.parse(source)), f"{path} has no opening sentence"


def test_no_function_is_longer_than_a_screen() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for path in _modules()
        if "versions" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= 50
    ]
    assert not long, long


def test_the_lock_names_no_host_and_every_requirement_has_a_hash() -> None:
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    pinned = re.findall(r"^[A-Za-z0-9][\w.\-\[\]]*==\S+", lock, re.M)
    assert pinned
    blocks = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.M)[1:]
    assert all("--hash=sha256:" in block for block in blocks)
