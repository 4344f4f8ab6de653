"""What does somebody read who installs golive, or whose installation came to nothing?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape

_WORD = re.compile(r"[a-z_]{1,60}")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a few sentences, and perhaps one thing to press."""

    title: str
    lines: tuple[str, ...]
    link: tuple[str, str] | None = None  # what it says, and where it leads


def invitation(url: str) -> Page:
    return Page(
        "Add golive to your workspace",
        (
            "golive keeps the checklist of a go-live where the project already talks, and answers what must "
            "happen before it.",
            "Slack shows next what golive may do, and asks you to allow it. You may need an owner of the "
            "workspace for that.",
        ),
        ("Add to Slack", url),
    )


def done(name: str, workspace: str | None) -> Page:
    where = f"https://app.slack.com/client/{workspace}" if workspace else "https://slack.com/"
    return Page(
        f"golive is in {name}",
        (
            "Invite it to the channel of a project: /invite @golive. Then type /golive there.",
            "If it was there before, it goes on where it stopped.",
        ),
        ("Open Slack", where),
    )


FAILURES = {
    "access_denied": (
        "golive was not added",
        "You chose not to allow it, so nothing was changed. You can do so at any other time.",
    ),
    "invalid_browser": (
        "This was not begun in this browser",
        "An installation has to end in the browser it was begun in, within ten minutes, so that nobody can "
        "have you finish theirs. Nothing was changed. If you wanted to add golive, begin again.",
    ),
    "forged": (
        "This installation was not begun here",
        "The link you came by was not made by golive. Nothing was changed. If somebody sent it to you, do "
        "not use it; if you wanted to add golive, begin again.",
    ),
    "expired": (
        "That took too long",
        "More than ten minutes passed since this installation was begun, so it no longer counts. Nothing "
        "was changed: begin again.",
    ),
    "used": (
        "This installation is over",
        "It was finished, or broken off, before; a page like this works only once. If golive is not in "
        "your workspace, begin again.",
    ),
    "missing_code": (
        "Slack sent no code along",
        "Without one golive cannot finish the installation. Nothing was changed: begin again.",
    ),
    "invalid_code": (
        "Slack does not accept this installation any more",
        "The code it sent is too old, was used before, or is not for golive. Nothing was changed: begin "
        "again.",
    ),
    "no_bot": (
        "Slack gave golive no way to speak",
        "The installation came without a bot token, so nothing was kept. Begin again; if it stays like "
        "this, tell whoever runs golive.",
    ),
    "storage_error": (
        "The installation could not be kept",
        "golive's database did not take it. Begin again in a moment: Slack allows that.",
    ),
    "leaving": (
        "This workspace is being forgotten",
        "Whoever runs golive is removing all it knew of your workspace, so it was not added now: it would go "
        "with the rest. Begin again in a few minutes. If it stays like this, tell them: `golive forget` was "
        "cut off, and they have to run it once more.",
    ),
    "unreachable": (
        "Slack did not answer",
        "golive could not finish the installation with Slack. Begin again in a moment.",
    ),
    "unapproved_scope": (
        "Your workspace has to approve golive first",
        "What golive asks for has to be approved by an owner of your workspace. Ask them, then begin again.",
    ),
    "invalid_team_for_non_distributed_app": (
        "golive is not open to other workspaces yet",
        "Whoever runs golive has to turn on “Manage Distribution” in the app's settings.",
    ),
    "bad_redirect_uri": (
        "golive's address is not known to Slack",
        "Whoever runs golive has to put its redirect URL into the app's settings (“OAuth & Permissions”).",
    ),
}


def failure(reason: str, begin: str) -> Page:
    """What went wrong, and the way to begin again."""
    known = FAILURES.get(reason)
    if known is None:
        word = reason if _WORD.fullmatch(reason) else "something it does not explain"
        known = ("golive was not added", f"Slack says: {word}. Nothing was changed. You can begin again.")
    return Page(known[0], (known[1],), ("Begin again", begin))


def html(page: Page) -> str:
    """The page by itself: no script, no picture, nothing from elsewhere."""
    lines = "".join(f"<p>{escape(line)}</p>" for line in page.lines)
    link = f'<p><a href="{escape(page.link[1])}">{escape(page.link[0])}</a></p>' if page.link else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(page.title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(page.title)}</h1>{lines}{link}</main></body></html>"
    )


_STYLE = (
    ":root{color-scheme:light dark}body{font:1.05rem/1.5 system-ui,sans-serif;margin:0;padding:10vh 1.25rem}"
    "main{max-width:34rem;margin:auto}h1{font-size:1.5rem;line-height:1.25}"
    "a{display:inline-block;padding:.6rem 1.1rem;border:2px solid;border-radius:.5rem;font-weight:600}"
)
