"""What is suggested to somebody who opens the conversation with golive, and what is their thread called?"""

from __future__ import annotations

from handlers.views import blocks as b

TITLE = "What would you like to know?"
LONGEST_TITLE = 60
STATUS = "is looking into the plan …"
_PROMPTS = (
    ("What must happen before go-live?", "What must happen before go-live?"),
    ("My items", "What is on my list today?"),
    ("Who is waited for?", "What is blocked, and on whom does it wait?"),
    ("What changed?", "What changed since yesterday?"),
)


def prompts(project: str | None) -> tuple[str, list[dict[str, str]]]:
    """A title, and at most four questions; of the project in view, when there is one."""
    title = f"About {b.cut(project, LONGEST_TITLE)}" if project else TITLE
    return title, [{"title": short, "message": asked} for short, asked in _PROMPTS]


def title(text: str) -> str:
    """What a thread is called: its first question."""
    return b.cut(" ".join(text.split()), LONGEST_TITLE)
