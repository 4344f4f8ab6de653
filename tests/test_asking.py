"""What is asked on the command line, one question or a file of them? Each test runs the real command."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot import samples
from bot.domain import answers, projectfile
from bot.domain.questions import INTENTS, Asked
from bot.domain.questions.meaning import Meaning
from bot.domain.readiness import assess
from bot.domain.senses import SENSES
from tests.shell import HARBOR, ROOT, Shell, a_sentence

AT = ("--at", "2027-03-01T09:00")


@pytest.fixture
def harbor(shell: Shell) -> Shell:
    """A terminal with the harbour's project loaded."""
    assert shell.golive("load", str(HARBOR)).returncode == 0
    return shell


@pytest.fixture
def two(harbor: Shell, tmp_path: Path) -> Shell:
    """The same, with a second project."""
    other = tmp_path / "pier.yaml"
    text = HARBOR.read_text().replace("key: harbor", "key: pier").replace("Harbor booking", "Pier lights")
    other.write_text(text.replace("Port of Tamsk", "Lantern Works").replace("C0HARBOR", "C0PIER"))
    assert harbor.golive("load", str(other)).returncode == 0
    return harbor


def asked(shell: Shell, *lines: object, options: tuple[str, ...] = AT) -> list[dict[str, Any]]:
    """The answers to a file with these lines: objects, or text as it stands."""
    file = shell.home / "questions.jsonl"
    file.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    answer = shell.golive("ask", "--file", str(file), *options)
    assert "Traceback" not in answer.stderr
    found = [json.loads(line) for line in answer.stdout.splitlines()]
    assert answer.returncode == (1 if any("error" in one for one in found) else 0)
    return found


def test_a_question_that_says_who_a_patient_is_is_refused_and_not_repeated(harbor: Shell) -> None:
    question = "what blocks Jane Roe, DOB 3/12/1958, MRN 00482913?"
    answer = harbor.golive("ask", question, "--json", *AT)
    assert answer.returncode == 1
    assert "who a patient is" in a_sentence(answer)
    assert "00482913" not in answer.stdout + answer.stderr
    (found,) = asked(harbor, {"id": "q", "text": question})
    assert "who a patient is" in found["error"]


def test_a_question_in_ones_own_words_is_answered(harbor: Shell) -> None:
    answer = harbor.golive("ask", "whats overdue", *AT)
    assert answer.returncode == 0
    assert "overdue" in answer.stdout
    assert "Ben Okoro" in harbor.golive("ask", "who owns feed?", *AT).stdout


def test_the_answer_as_data_says_what_was_understood(harbor: Shell) -> None:
    found = json.loads(harbor.golive("ask", "who owns feed?", "--json", *AT).stdout)
    assert found["intent"] == "owner_of"
    assert found["slots"] == {"project": None, "owner": None, "item": "feed", "window": None}
    assert found["resolved"]["items"] == ["feed"]
    assert found["data"]["items"][0]["owner"] == "ben"
    assert found["as_of"] == "2027-03-01T09:00:00+00:00"
    assert found["question"] == "who owns feed?"


def test_what_was_understood_is_explained_in_words(harbor: Shell) -> None:
    told = harbor.golive("ask", "who owns feed?", "--explain", *AT).stdout
    assert "Understood as: who has it? (owner_of)" in told
    assert "Item: “feed”, taken for Vessel feed connected (feed)" in told
    assert "Because: " in told
    found = json.loads(harbor.golive("ask", "who owns feed?", "--explain", "--json", *AT).stdout)
    assert found["explained"][0] == "Understood as: who has it? (owner_of)"


def test_windows_are_relative_to_the_moment_asked_about(harbor: Shell) -> None:
    windows = []
    for day in ("2027-03-01", "2027-03-08"):
        answer = harbor.golive("ask", "what is due this week?", "--json", "--at", f"{day}T09:00")
        windows.append(json.loads(answer.stdout)["resolved"]["window"]["from"])
    assert windows == ["2027-03-01", "2027-03-08"]


def test_what_no_plan_can_tell_is_an_answer_and_no_error(harbor: Shell) -> None:
    answer = harbor.golive("ask", "what is the weather like?")
    assert answer.returncode == 0
    assert "For example:" in answer.stdout


def test_which_project_is_asked_with_what_was_understood(two: Shell) -> None:
    found = json.loads(two.golive("ask", "who owns feed?", "--json").stdout)
    assert (found["intent"], found["slots"]["item"]) == ("owner_of", "feed")
    assert "`harbor`, `pier`" in found["text"]
    assert (found["project"], found["data"]) == (None, {})
    named = json.loads(two.golive("ask", "what is left before the Lantern go-live?", "--json").stdout)
    assert named["project"] == "pier"


def test_a_file_of_questions_gives_a_line_for_each(harbor: Shell) -> None:
    found = asked(
        harbor,
        {"id": "a", "text": "who owns feed?"},
        {"id": 2, "text": "what is due this week?", "at": "2027-03-08T09:00"},
        {"id": "c", "text": "overdue", "project": "harbor"},
        {"text": "was ist überfällig?"},
    )
    assert [one["id"] for one in found] == ["a", 2, "c", None]
    assert [one["intent"] for one in found] == ["owner_of", "due_window", "overdue", "overdue"]
    assert found[1]["resolved"]["window"]["from"] == "2027-03-08"
    assert next(iter(found[0])) == "id"


@pytest.mark.parametrize(
    ("line", "id_", "says"),
    [
        ("who owns feed?", None, "no JSON"),
        ("[1, 2]", None, "no object"),
        ('{"id": "x"}', "x", "no question"),
        ('{"id": "x", "text": 7}', "x", "no question"),
        ('{"id": "x", "text": "overdue", "project": "pier"}', "x", "pier"),
        ('{"id": "x", "text": "overdue", "project": 5}', "x", "project"),
        ('{"id": "x", "text": "overdue", "at": "teatime"}', "x", "teatime"),
        ('{"id": ["x"], "text": "overdue", "at": "teatime"}', None, "teatime"),
        ('{"id": "x", "text": "' + "why " * 2000 + '"}', "x", "too long"),
        ("[" * 50_000, None, "no JSON"),
        ('{"id": "x", "text": "' + "x" * 10_000_000 + '"}', None, "longer than"),
        ('{"id": "x", "text": "\\ud800 overdue"}', "x", ""),
    ],
    ids=range(12),
)
def test_a_bad_line_is_told_and_the_others_go_on(harbor: Shell, line: str, id_: object, says: str) -> None:
    good = {"id": "good", "text": "overdue"}
    first, bad, last = asked(harbor, good, line, good)
    assert (first["intent"], last["intent"]) == ("overdue", "overdue")
    assert bad["id"] == id_
    assert says in bad.get("error", "")


def test_questions_come_through_a_pipe_and_are_answered_one_by_one(harbor: Shell) -> None:
    command = [sys.executable, "-m", "bot", "ask", "--file", "-", *AT]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=harbor.home, env=harbor.env, text=True, bufsize=1, **pipes) as process:  # type: ignore[call-overload]
        for number in range(3):
            process.stdin.write(json.dumps({"id": number, "text": "overdue"}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number  # before the next one is asked
        process.stdin.close()
        assert process.wait(30) == 0
        assert process.stderr.read() == ""


def test_who_stops_reading_is_not_told_off(harbor: Shell) -> None:
    file = harbor.home / "questions.jsonl"
    file.write_text('{"text": "what must happen before go-live?"}\n' * 500)
    command = f"{sys.executable} -m bot ask --file {file} | head -n 1"
    done = subprocess.run(
        command, shell=True, cwd=harbor.home, env=harbor.env, capture_output=True, text=True, check=False
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (("ask",), "--file"),
        (("ask", "overdue", "--file", "x.jsonl"), "--file"),
        (("ask", "--file", "nowhere.jsonl"), "nowhere.jsonl"),
        (("ask", "--file", ".", *AT), "cannot be read"),
        (("ask", "  "), "Ask something"),
        (("ask", "why " * 1000), "too long"),
        (("ask", "overdue", "-p", "pier"), "pier"),
    ],
)
def test_whatever_is_wrong_is_one_sentence(harbor: Shell, words: tuple[str, ...], hint: str) -> None:
    assert hint in a_sentence(harbor.golive(*words))


def test_the_readme_shows_what_is_really_answered(shell: Shell) -> None:
    shell.golive("load", str(samples.PROJECT))
    readme = (ROOT / "README.md").read_text()
    shown = re.findall(r"^\$ golive (ask .*)\n((?:(?!\$ golive|```).*\n)+)", readme, re.M)
    assert len(shown) >= 2
    for words, answer in shown:
        assert shell.golive(*shlex.split(words)).stdout.strip() == answer.strip()


def test_every_sense_of_a_question_and_all_its_data_are_in_the_docs() -> None:
    page = (ROOT / "docs" / "answers.md").read_text()
    plan = projectfile.parse(samples.PROJECT.read_text(), "lakeside.yaml").plan
    a = assess(plan, samples.AT.date())
    for intent, topic in SENSES:
        assert f"`{topic or intent}`" in page, (intent, topic)
        words = "what if device-net slips 3 days?"
        meaning = Meaning("lakeside", items=("device-net",), people=("pat",))
        found = answers.reply(
            Asked(intent, topic=topic), meaning, plan, a, samples.AT, answers.Facts(question=words)
        )
        assert [name for name in found.data if f"`{name}`" not in page] == [], (intent, topic)
    assert {intent for intent, _ in SENSES} == set(INTENTS)
