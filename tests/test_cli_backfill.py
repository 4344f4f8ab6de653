"""What does the command line make of a Slack export, whole or broken?"""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from benchmarks import backfill as memory
from tests.shell import HARBOR, Answer, Shell

BEGIN = datetime(2026, 10, 5, 9, tzinfo=UTC)
FOLDER = "harbor-go-live"
Run = Callable[..., Answer]


@pytest.fixture
def golive(shell: Shell) -> Run:
    """The command, with the harbour's project loaded."""
    assert shell.golive("load", str(HARBOR)).returncode == 0
    return partial(shell.golive, COLUMNS="300")


def said(day: int, minute: int, user: str, text: str, **more: Any) -> dict[str, Any]:
    ts = f"{(BEGIN + timedelta(days=day, minutes=minute)).timestamp():.6f}"
    return {"type": "message", "ts": ts, "user": user, "text": text, **more}


def export_in(folder: Path) -> Path:
    """Three days of a channel, as Slack writes them."""
    wifi = said(0, 1, "U0BEN", "blocker: the harbour wifi is down", reply_count=1)
    slip = said(1, 9, "U0ANA", "lunch?")
    typo = said(1, 5, "U0ANA", "blocker: no berth for the pilot boat")
    days = {
        "2026-10-05": [
            wifi,
            said(0, 2, "U0ANA", "sorted now", thread_ts=wifi["ts"]),
            said(0, 3, "U0BEN", "blocker: the radar vendor is silent about the vessel feed, by Friday"),
            said(0, 4, "U0APP", "blocker: an app says so", bot_id="B0APP"),
            {**said(0, 5, "U0BEN", "<@U0BEN> has joined the channel"), "subtype": "channel_join"},
        ],
        "2026-10-06": [
            typo,
            slip,
            {
                "type": "message",
                "subtype": "message_changed",
                "ts": said(1, 6, "", "")["ts"],
                "message": {**typo, "text": "blocker: no berth for the tug boat"},
            },
            {"type": "message", "subtype": "message_deleted", "ts": "1.1", "deleted_ts": slip["ts"]},
            said(1, 20, "U0NORA", "still waiting on the port for the pilot roster"),
        ],
        "2026-10-07": [said(2, 1, "U0BEN", "waiting on the port for the pilot roster", thread_ts="1.2")],
    }
    (folder / FOLDER).mkdir(parents=True)
    (folder / "lounge").mkdir()
    write(
        folder / "channels.json", [{"id": "C0HARBOR", "name": FOLDER}, {"id": "C0LOUNGE", "name": "lounge"}]
    )
    write(folder / "users.json", [{"id": "U0NORA", "real_name": "Nora Vale", "tz": "Europe/London"}])
    write(folder / "lounge" / "2026-10-05.json", [said(0, 0, "U0ANA", "blocker: the coffee is cold")])
    for day, entries in days.items():
        write(folder / FOLDER / f"{day}.json", entries)
    return folder


def write(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value))


@pytest.fixture
def export(tmp_path: Path) -> Path:
    return export_in(tmp_path / "export")


def a_sentence(answer: Answer) -> str:
    assert answer.returncode == 1, answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""
    return answer.stderr.strip()


def lines(answer: Answer) -> list[str]:
    assert answer.returncode == 0, answer.stderr
    return [line for line in answer.stdout.splitlines() if line.startswith("[")]


def test_an_export_is_read_proposed_ticked_and_recorded(golive: Run, export: Path, tmp_path: Path) -> None:
    shown = golive("backfill", str(export), "-p", "harbor", "-o", "p.txt", "--url", "https://tamsk.example")
    assert "proposed: 3 blockers" in shown.stderr
    assert "Left out: 1 cleared later" in shown.stderr
    sheet = (tmp_path / "p.txt").read_text()
    assert "date: 2026-10-09 (past)" in sheet
    assert "by Nora Vale (U0NORA)" in sheet
    assert "tug boat" in sheet
    assert sheet.count("https://tamsk.example/archives/C0HARBOR/p") == 4
    assert "Nothing is ticked" in a_sentence(golive("backfill", "apply", "p.txt", "-p", "harbor"))
    (tmp_path / "p.txt").write_text(sheet.replace("[ ]", "[x]", 2))
    dry = golive("backfill", "apply", "p.txt", "-p", "harbor", "--dry-run").stdout
    assert dry.startswith("Would record: 2 blockers")
    assert golive("backfill", "apply", "p.txt", "-p", "harbor").stdout.startswith("Recorded: 2 blockers")
    assert "Nothing to do" in golive("backfill", "apply", "p.txt", "-p", "harbor").stdout
    assert len(lines(golive("backfill", str(export), "-p", "harbor"))) == 1


def test_a_zip_says_the_same_as_its_folder_also_one_folder_deeper(
    golive: Run, export: Path, tmp_path: Path
) -> None:
    packed = tmp_path / "export.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as one:
        for file in sorted(export.rglob("*.json")):
            one.write(file, f"Tamsk export/{file.relative_to(export)}")
    found = lines(golive("backfill", str(export), "-p", "harbor"))
    assert lines(golive("backfill", "export.zip", "-p", "harbor")) == found
    assert len(found) == 3


def test_another_channel_is_read_when_it_is_named(golive: Run, export: Path) -> None:
    (found,) = lines(golive("backfill", str(export), "-p", "harbor", "--channel", "#lounge"))
    assert "the coffee is cold" in found


def test_only_what_was_said_since_a_day_is_read(golive: Run, export: Path) -> None:
    found = lines(golive("backfill", str(export), "-p", "harbor", "--since", "2026-10-07"))
    assert [line for line in found if "roster" in line] == found != []


def test_a_missing_list_of_people_and_a_broken_day_are_told_and_the_rest_is_read(
    golive: Run, export: Path
) -> None:
    (export / "users.json").unlink()
    day = export / FOLDER / "2026-10-06.json"
    day.write_text(day.read_text()[:-200])
    (export / FOLDER / "2026-10-07.json").write_bytes(b"\xff\xfe not json")
    answer = golive("backfill", str(export), "-p", "harbor")
    assert "users.json is missing" in answer.stderr
    assert "2026-10-06.json is broken in line 1: only its first" in answer.stderr
    assert "2026-10-07.json is broken in line 1: it is left out" in answer.stderr
    assert len(lines(answer)) == 2


def test_entries_that_are_none_are_passed_over(golive: Run, export: Path) -> None:
    odd = [
        None,
        1,
        "x",
        [],
        {},
        {"ts": 3},
        {"type": "message", "ts": "x", "user": "U0BEN", "text": "blocker: a"},
    ]
    odd += [{"type": "message", "ts": "1.5", "user": {"id": 1}, "text": ["a"]}]
    write(export / FOLDER / "2026-10-08.json", odd)
    assert len(lines(golive("backfill", str(export), "-p", "harbor"))) == 3


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("nowhere.zip",), "There is no nowhere.zip"),
        (("data",), "no Slack export"),
        (("export/harbor-go-live",), "one channel of an export"),
        (("export", "--channel", "../../etc"), "There is no channel"),
        (("export", "--since", "yesterday"), "2026-01-31"),
        (("export", "--url", "javascript:alert(1)"), "https://example.slack.com"),
        (("C0HARBOR",), "SLACK_BOT_TOKEN"),
        (("",), "Say what to read"),
        ((" ",), "Say what to read"),
        (("apply",), "proposals.txt"),
        (("apply", "export/channels.json"), "no sheet"),
        (("apply", "nowhere.txt"), "nowhere.txt"),
    ],
)
def test_whatever_is_wrong_is_one_sentence(
    golive: Run, export: Path, words: tuple[str, ...], hint: str
) -> None:
    assert hint in a_sentence(golive("backfill", *words, "-p", "harbor"))


def test_memory_does_not_grow_with_the_history() -> None:
    assert memory.main((500, 5_000)) == 0


def test_a_project_that_is_not_there_is_told_so(golive: Run, export: Path) -> None:
    assert "no project `pier`" in a_sentence(golive("backfill", str(export), "-p", "pier"))


def test_a_zip_bomb_is_refused_before_it_is_unpacked(golive: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as one:
        one.writestr(f"{FOLDER}/2026-10-05.json", b"[" + b" " * 300_000_000 + b"]")
    assert "would unpack to" in a_sentence(golive("backfill", "bomb.zip", "-p", "harbor"))


def test_a_file_that_is_no_zip_is_told_so(golive: Run, tmp_path: Path) -> None:
    (tmp_path / "export.zip").write_bytes(b"PK\x03\x04 and no more")
    assert "no zip file" in a_sentence(golive("backfill", "export.zip", "-p", "harbor"))


def test_a_ticked_sheet_that_was_spoilt_is_told_line_by_line(golive: Run, tmp_path: Path) -> None:
    (tmp_path / "p.txt").write_text(
        "project: harbor\n[x] item\n[x] due | item: feed\n!!python/object: os.system\n"
    )
    told = a_sentence(golive("backfill", "apply", "p.txt", "-p", "harbor"))
    assert [number for number in range(1, 5) if f"line {number}:" in told] == [2, 3, 4]
    (tmp_path / "p.txt").write_text("project: pier\n[x] item | said: 2026-10-05 | words: a\n")
    assert "for the project pier" in a_sentence(golive("backfill", "apply", "p.txt", "-p", "harbor"))


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[x] blocker | said: 9999-12-31 | words: a", "still to come"),
        (f"[x] item | said: 2026-10-05 | words: {'w' * 301}", "more than 300 characters"),
        ("[x] item | owner: An | said: 2026-10-05 | words: a", "may be Ana Duarte"),
    ],
)
def test_a_ticked_line_that_cannot_be_so_is_told(golive: Run, tmp_path: Path, line: str, why: str) -> None:
    (tmp_path / "p.txt").write_text(f"project: harbor\n{line}\n")
    assert why in a_sentence(golive("backfill", "apply", "p.txt", "-p", "harbor"))


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_a_sheet_is_read_however_an_editor_saved_it(
    golive: Run, tmp_path: Path, coding: str, ending: str
) -> None:
    sheet = "project: harbor\n[x] item | said: 2026-10-05 | words: Order the buoys\n"
    (tmp_path / "p.txt").write_bytes(sheet.replace("\n", ending).encode(coding))
    assert "Recorded: 1 new item." in golive("backfill", "apply", "p.txt", "-p", "harbor").stdout


def test_a_reading_that_is_under_way_is_not_begun_twice(golive: Run, export: Path, tmp_path: Path) -> None:
    (export / FOLDER / "2026-10-08.json").symlink_to(tmp_path / "gone.json")
    golive(
        "backfill", str(export), "-p", "harbor", "-o", "missing/p.txt"
    )  # it cannot be written, so it is kept
    (kept,) = (tmp_path / "data" / "backfill").glob("*.db")
    assert kept.stat().st_mode & 0o077 == 0
    with sqlite3.connect(kept) as reading:
        reading.execute("PRAGMA locking_mode = EXCLUSIVE")
        reading.execute("BEGIN EXCLUSIVE")
        assert "read already" in a_sentence(golive("backfill", str(export), "-p", "harbor", "--resume"))
        reading.rollback()
    reading.close()
    again = golive("backfill", str(export), "-p", "harbor", "--resume")
    assert "I go on where I was" in again.stderr
    assert len(lines(again)) == 3
    assert not kept.exists()
