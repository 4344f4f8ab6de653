"""Which benchmarks are there? `make bench` runs them all; `make bench ARGS=requests` one of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def names() -> list[str]:
    return sorted(p.stem for p in HERE.glob("*.py") if not p.stem.startswith("_") and p.stem != "baseline")


def main(wanted: list[str]) -> int:
    unknown = set(wanted) - set(names())
    if unknown:
        print(f"No benchmark called {', '.join(sorted(unknown))}. There are: {', '.join(names())}.")
        return 2
    failed = []
    for name in wanted or names():
        print(f"\n== {name} ==", flush=True)
        # A process of its own, so that no benchmark warms or burdens another.
        command = [sys.executable, "-m", f"benchmarks.{name}"]
        if subprocess.run(command, cwd=HERE.parent, check=False).returncode:
            failed.append(name)
    if failed:
        print(f"\nFailed: {', '.join(failed)}")
    return bool(failed)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
