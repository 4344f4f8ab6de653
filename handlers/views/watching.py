"""What changes, signals and the portfolio look like, and the form that asks why a signal is none."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain import portfolio as projects
from bot.domain import signals
from bot.domain.plan import Plan
from bot.domain.signals import Signal
from bot.domain.wording import Reply
from handlers.views import blocks as b
from handlers.views import given, told
from handlers.views.readiness import SIGNALS

DISMISS = "dismiss_"  # action ids: dismiss_1, dismiss_2, …
BRING_BACK = "bring_back"
FORM = "dismiss_form"
LONGEST_WHY = 300

__all__ = ["BRING_BACK", "DISMISS", "FORM", "SIGNALS"]


# What happened


def story(plan: Plan, reply: Reply, again: str, *, whole: bool) -> b.Message:
    """The lines, each with a link to where it was said. `again` is the command that shows all of them."""
    links = {event["words"]: event["link"] for event in reply.data["events"] if event["link"]}
    blocks: list[b.Block] = b.sections(reply.answer.title, ())
    for section in reply.answer.sections:
        lines = [_linked(line, links) for line in section.lines]
        head = f"*{b.escaped(section.heading)}*\n" if section.heading else ""
        mark = "• " if len(lines) > 1 else ""
        blocks += _in_parts(head, [mark + line for line in lines])
    events = len(reply.data["events"])
    shown = sum(len(section.lines) for section in reply.answer.sections)
    if not whole and events > shown:
        line = f"{plan.project.key} {again} all"
        blocks.append(b.actions(b.button(f"Show all {events:,}", f"{told.RUN}all", line)))
    return b.message(reply.answer.text, blocks)


def _linked(line: str, links: Mapping[str, str]) -> str:
    """A line of plain text, escaped, and after it where it was said."""
    link = next((links[words] for words in links if words in line), None)
    if link is None or not link.startswith(("https://", "http://")) or any(mark in link for mark in "<>| "):
        return b.cut_escaped(line, b.LONGEST_SECTION)
    return f"{b.cut_escaped(line.removesuffix(link).rstrip(), b.LONGEST_SECTION - 300)} <{link}|said here>"


def _in_parts(head: str, lines: Sequence[str]) -> list[b.Block]:
    found, text = [], head
    for line in lines:
        if text != head and len(text) + len(line) > b.LONGEST_SECTION:
            found.append(b.section(text.rstrip()))
            text = ""
        text += f"{line}\n"
    return [*found, b.section(text.rstrip())] if text.strip() else found


# Signals


def watch(plan: Plan, found: Sequence[Signal], reply: Reply, *, whole: bool) -> b.Message:
    """Each signal with what mends it and a button to put it away."""
    shown = found if whole else found[: signals.MOST_SHOWN]
    blocks = b.sections(reply.answer.title, ())
    for number, each in enumerate(shown, 1):
        reason, act = signals.told(each, number)
        part = b.section(b.cut_escaped(f"{reason}\n{act}", b.LONGEST_SECTION))
        value = f"{plan.project.key} {each.fingerprint}"
        spoken = f"Dismiss signal {number}, with a reason"
        blocks.append({**part, "accessory": b.button("Dismiss", f"{DISMISS}{number}", value, spoken=spoken)})
    lines = [line for part in reply.answer.sections for line in part.lines]
    rest = [line for line in lines if not _is_told(line, shown)]
    blocks += [b.context(b.cut_escaped(line, b.LONGEST_SECTION)) for line in rest[:10]]
    if not whole and len(found) > len(shown):
        line = f"{plan.project.key} signals all"
        blocks.append(b.actions(b.button(f"Show all {len(found):,}", f"{told.RUN}all", line)))
    return b.message(reply.answer.text, blocks)


def _is_told(line: str, shown: Sequence[Signal]) -> bool:
    return any(line in signals.told(each, number) for number, each in enumerate(shown, 1))


def of(action: Mapping[str, Any]) -> tuple[str, str]:
    """The project and the fingerprint of a press."""
    project, _, fingerprint = given.pressed(action).partition(" ")
    return project, fingerprint


def form(plan: Plan, signal: Signal) -> b.Block:
    """Why is it none?"""
    private = json.dumps({"project": plan.project.key, "signal": signal.fingerprint})
    why = {
        "type": "plain_text_input",
        "action_id": "why",
        "multiline": True,
        "max_length": LONGEST_WHY,
        "placeholder": b.plain("Agreed with the vendor on Tuesday", 150),
    }
    blocks = [
        b.section(b.cut_escaped(f"{signal.reason}.", b.LONGEST_SECTION)),
        b.field("why", "Why is that no trouble?", why, optional=False),
        b.context("It stays dismissed until what it says changes."),
    ]
    return b.modal("Dismiss", "Dismiss", FORM, private, blocks)


def read_form(view: Mapping[str, Any]) -> tuple[str, str, str]:
    """The project, the fingerprint and the reason."""
    _, (project, fingerprint) = given.private(view, "project", "signal")
    return project, fingerprint, given.choice(given.fields(view).get("why"), "value") or ""


def dismissed(project: str, line: str, fingerprint: str | None) -> b.Message:
    """What was put away, with the way back."""
    blocks = b.sections(None, [line])
    if fingerprint is not None:
        value = f"{project} {fingerprint}"
        blocks.append(b.actions(b.button("Show it again", BRING_BACK, value)))
    return b.message(line, blocks)


# Projects


def portfolio(reply: Reply, count: int, page: int) -> b.Message:
    """A line for each project of a page, and a button for the next."""
    blocks = b.sections(reply.answer.title, ())
    for part in reply.answer.sections:
        blocks += b.sections(None, part.lines)
    pages = -(-count // projects.PAGE)
    if page < pages:
        left = min(projects.PAGE, count - page * projects.PAGE)
        blocks.append(b.actions(b.button(f"Next {left:,}", f"{told.RUN}next", f"portfolio {page + 1}")))
    return b.message(reply.answer.text, blocks)
