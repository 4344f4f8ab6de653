"""What does golive do and say on the command line? Each test runs the real command, in its own process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from storage import Store
from tests.shell import HARBOR, Shell, a_sentence

QUESTION = "what must happen before go-live?"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def tried(shell: Shell) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A headless sandbox with the harbour's project."""
    words = ("--port", str(free_port()), "--headless", "--project", str(HARBOR), "--at", "2027-03-01T09:00")
    process = shell.start("try", *words)
    assert process.stdout is not None
    ready = process.stdout.readline().split()
    assert ready[:1] == ["ready"], process.communicate()
    yield ready[1], process
    process.kill()
    process.communicate()


def test_a_project_is_loaded_asked_about_and_written_out_again(shell: Shell, tmp_path: Path) -> None:
    assert "4 items" in shell.golive("load", str(HARBOR)).stdout
    assert "harbor: Harbor booking go-live" in shell.golive("projects").stdout
    asked = shell.golive("ask", QUESTION, "--project", "harbor", "--at", "2027-03-01T09:00")
    assert asked.returncode == 0
    assert asked.stdout.startswith("Harbor booking go-live")
    out = tmp_path / "out.yaml"
    assert shell.golive("export", "harbor", "-o", str(out)).returncode == 0
    assert "nothing to change" in shell.golive("load", str(out)).stdout


def test_the_answer_as_data_is_one_object_as_of_the_projects_own_time(shell: Shell) -> None:
    shell.golive("load", str(HARBOR))
    here = json.loads(shell.golive("ask", QUESTION, "--at", "2027-07-01T09:00", "--json").stdout)
    there = json.loads(shell.golive("ask", QUESTION, "--at", "2027-07-01T09:00+05:00", "--json").stdout)
    assert here["as_of"] == "2027-07-01T09:00:00+01:00"
    assert there["as_of"] == "2027-07-01T05:00:00+01:00"
    assert here["intent"] == "before_golive"
    assert here["data"]["ready"] is False


def test_a_dry_run_shows_what_would_change_and_changes_nothing(shell: Shell, tmp_path: Path) -> None:
    shell.golive("load", str(HARBOR))
    changed = tmp_path / "changed.yaml"
    changed.write_text(HARBOR.read_text().replace("2027-03-03", "2027-03-05"))
    for _ in range(2):
        dry = shell.golive("load", str(changed), "--dry-run")
        assert "would be changed: 1 item" in dry.stdout
        assert '2027-03-03" -> "2027-03-05' in dry.stdout
    assert "is changed: 1 item" in shell.golive("load", str(changed)).stdout


def test_a_bad_file_is_told_with_every_line_and_nothing_is_loaded(shell: Shell, tmp_path: Path) -> None:
    bad = tmp_path / "bad.yaml"
    bad.write_text(HARBOR.read_text().replace("owner: chen", "owner: nobody").replace("2027-03-03", "soon"))
    told = a_sentence(shell.golive("load", str(bad)))
    assert told.count("line ") >= 2
    assert "There is no project yet" in shell.golive("projects").stderr


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("load", "nowhere.yaml"), "nowhere.yaml"),
        (("export", "nothing"), "nothing"),
        (("ask", QUESTION), "golive load"),
        (("ask", QUESTION, "--at", "teatime"), "2030-01-07T09:00"),
        (("try", "--project", "nowhere.yaml"), "nowhere.yaml"),
        (("run",), "SLACK_BOT_TOKEN"),
    ],
)
def test_whatever_is_wrong_is_one_sentence(shell: Shell, words: tuple[str, ...], hint: str) -> None:
    assert hint in a_sentence(shell.golive(*words))


def test_a_verb_nobody_knows_is_a_wrong_command_line(shell: Shell) -> None:
    assert shell.golive("frobnicate").returncode == 2
    assert shell.golive("load").returncode == 2


def test_a_database_that_cannot_be_reached_is_a_sentence_without_its_password(shell: Shell) -> None:
    url = f"postgresql://me:hunter2@127.0.0.1:{free_port()}/golive"
    told = a_sentence(shell.golive("projects", DATABASE_URL=url))
    assert "hunter2" not in told


def test_all_settings_that_are_missing_or_wrong_are_named_at_once(shell: Shell) -> None:
    told = a_sentence(shell.golive("run", SLACK_BOT_TOKEN="xoxp-mine", GOLIVE_HTTP_PORT="x"))
    assert all(name in told for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "GOLIVE_HTTP_PORT"))
    assert "xoxp-mine" not in told


def test_the_version_is_told(shell: Shell) -> None:
    assert shell.golive("--version").stdout.startswith("golive 0.")


def test_a_sandbox_is_ready_when_a_command_would_be_answered(
    tried: tuple[str, subprocess.Popen[str]],
) -> None:
    url, _ = tried
    ask = {"command": "/golive", "text": "before", "user": "U0ANA", "channel": "C0HARBOR"}
    answer = httpx.post(f"{url}/sandbox/commands", json=ask, trust_env=False).json()
    assert "Mon 1 Mar, 09:00" in answer["ack"]["text"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_and_goes_on_where_it_was(
    tried: tuple[str, subprocess.Popen[str]], shell: Shell, number: signal.Signals
) -> None:
    url, process = tried
    said = {"channel": "C0HARBOR", "user": "U0BEN", "text": "blocker: the radar vendor is silent"}
    httpx.post(f"{url}/sandbox/messages", json=said, trust_env=False)
    httpx.post(f"{url}/sandbox/idle", trust_env=False, timeout=180)
    process.send_signal(number)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "", "")
    again = shell.start("try", "--port", str(free_port()), "--headless", "--project", str(HARBOR))
    assert again.stdout is not None
    url = again.stdout.readline().split()[1]
    found = httpx.get(f"{url}/sandbox/channels/C0HARBOR/messages", trust_env=False).json()
    again.send_signal(signal.SIGTERM)
    again.communicate(timeout=60)
    assert [message["user"] for message in found] == ["U0BEN", found[1]["user"]]
    assert found[0]["text"] == said["text"]


def test_verbs_work_while_the_bot_runs_and_a_second_bot_is_refused(
    tried: tuple[str, subprocess.Popen[str]], shell: Shell
) -> None:
    database = f"sqlite:///{shell.home}/data/sandbox/golive.db"
    assert "harbor" in shell.golive("projects", DATABASE_URL=database).stdout
    assert shell.golive("load", str(HARBOR), DATABASE_URL=database).returncode == 0
    second = shell.golive("try", "--headless", "--port", str(free_port()), "--project", str(HARBOR))
    assert "golive" in a_sentence(second)


def test_a_port_in_use_is_told_in_a_sentence(shell: Shell) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert str(port) in a_sentence(shell.golive("try", "--port", str(port), "--project", str(HARBOR)))


def test_the_sandbox_reads_neither_tokens_nor_the_database_of_the_real_bot(shell: Shell) -> None:
    (shell.home / ".env").write_text("SLACK_BOT_TOKEN=nonsense\nDATABASE_URL=mysql://nowhere\n")
    process = shell.start("try", "--port", str(free_port()), "--headless", DATABASE_URL="oracle://nowhere")
    assert process.stdout is not None
    ready = process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert ready.startswith("ready "), err


def test_starting_afresh_forgets_what_was_said_and_done(shell: Shell) -> None:
    shell.golive("try", "--headless", "--port", "0", "--project", "nowhere.yaml")
    folder = shell.home / "data" / "sandbox"
    store = Store(f"sqlite:///{folder / 'golive.db'}")
    store.close()
    assert (folder / "golive.db").exists()
    process = shell.start("try", "--port", "0", "--headless", "--fresh", "--project", str(HARBOR))
    assert process.stdout is not None
    assert process.stdout.readline().startswith("ready ")
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0


def test_a_file_without_slack_ids_gets_some_and_keeps_them(shell: Shell, tmp_path: Path) -> None:
    bare = tmp_path / "bare.yaml"
    text = "".join(line for line in HARBOR.read_text().splitlines(True) if "channel:" not in line)
    for name in ("ANA", "BEN", "CHEN", "DITA"):
        text = text.replace(f", slack: U0{name}", "")
    bare.write_text(text)
    ids = []
    for _ in range(2):
        process = shell.start("try", "--port", "0", "--headless", "--project", str(bare))
        assert process.stdout is not None
        url = process.stdout.readline().split()[1]
        users = httpx.get(f"{url}/sandbox/users", trust_env=False).json()
        ids.append({user["real_name"]: user["id"] for user in users})
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert ids[0] == ids[1]
    assert {"Ana Duarte", "Ben Okoro", "Chen Wei", "Dita Kova"} <= set(ids[0])


def test_what_would_be_said_at_a_moment_is_shown_and_nothing_is_stored(shell: Shell) -> None:
    shell.golive("load", str(HARBOR))
    words = ("tick", "--at", "2027-03-03T09:00", "--dry-run")
    shown = shell.golive(*words).stdout
    assert shown.startswith("At Wed 3 Mar 2027, 09:00 (WET):")
    assert "harbor: to Ben Okoro, daily: Vessel feed connected (feed): due today" in shown
    assert "digest" in shown
    assert shell.golive(*words).stdout == shown
    data = json.loads(shell.golive(*words, "--json").stdout)
    assert {each["name"] for each in data} >= {"Ben Okoro", "Dita Kova"}
    silent = shell.golive("tick", "--at", "2027-03-06T09:00", "--dry-run").stdout  # a Saturday
    assert "not now to Ben Okoro (weekend), daily: Vessel feed connected (feed): overdue" in silent
    assert ": to " not in silent


def test_another_moment_can_only_be_looked_at(shell: Shell) -> None:
    shell.golive("load", str(HARBOR))
    assert "--dry-run" in a_sentence(shell.golive("tick", "--at", "2027-03-03T09:00"))
    assert "no project" in a_sentence(shell.golive("tick", "--dry-run", "-p", "pier"))
    assert shell.golive("tick").returncode == 0
