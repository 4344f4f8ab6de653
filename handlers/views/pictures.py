"""What does a picture look like in a message, and what leads to one?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.errors import Invalid
from bot.domain.pictures.values import AROUND, BURNUP, FILE, NAMES, TIMELINE, Picture, Sight
from bot.domain.plan import Plan, Project
from handlers.views import blocks as b
from handlers.views import given

SEND = "picture_"  # action ids: picture_timeline, picture_burnup, picture_around
POST = "post_picture"
_LABELS = {TIMELINE: "Timeline", BURNUP: "Burn-up", AROUND: "What is around it"}
_IN_WORDS = "Slack does not take this picture, so here it is in words."


def button(project: Project, sight: Sight, label: str = "Picture") -> b.Block:
    """Shows a picture to whoever presses."""
    spoken = f"Send me the {NAMES[sight.about]} directly"
    return b.button(label, f"{SEND}{sight.about}", f"{project.key} {sight.line}", spoken=spoken)


def sight(action: Mapping[str, Any]) -> tuple[str, Sight]:
    """The project and the picture of a press."""
    project, about, key = [*given.pressed(action).split(" ", 2), "", ""][:3]
    if about not in NAMES or (about == AROUND and not key):
        raise Invalid(given.BUTTON)
    return project, Sight(about, key)


def on_its_way(plan: Plan, sight: Sight, *, new: bool, to_post: bool, direct: bool) -> b.Message:
    """What is said at once where a picture was asked for: `to_post` where they may post it there."""
    name = f"The {NAMES[sight.about]} of {plan.project.name}"
    if sight.about == AROUND:
        name = f"The picture of what is left around {sight.key}"
    if not new:
        said = f"{name} was sent to you already."
    elif direct:
        said = f"{name} is being drawn."
    else:
        said = f"{name} comes to you directly: Slack shows a picture to one person only there."
    blocks = b.sections(None, [said])
    if to_post:
        blocks.append(b.actions(_post(plan.project, sight, "Post here")))
    return b.message(said, blocks)


def shown(plan: Plan, picture: Picture, sight: Sight, by: str | None) -> b.Message:
    """A message with the picture, where FILE stands for its file. Its text says the same facts."""
    image: b.Block = {
        "type": "image",
        "slack_file": {"id": FILE},
        "alt_text": b.cut(picture.alt, 2000),
        "title": b.plain(picture.title, 2000),
    }
    return b.message(picture.alt, [image, *_below(plan, sight, by)])


def in_words(plan: Plan, picture: Picture, sight: Sight, by: str | None) -> b.Message:
    """The same where no picture can be had."""
    lines = [fact.rstrip(";") for fact in picture.facts if not fact.endswith(f"{picture.title}.")]
    blocks = [*b.sections(picture.title, lines), b.context(_IN_WORDS), *_below(plan, sight, by)]
    return b.message(picture.alt, blocks)


def _below(plan: Plan, sight: Sight, by: str | None) -> list[b.Block]:
    others = [
        button(plan.project, Sight(about), label)
        for about, label in _LABELS.items()
        if about not in (sight.about, AROUND)
    ]
    if by is not None:
        asked = f"Posted by <@{by}> with `/golive plot`. What you press here comes to you alone."
        return [b.context(asked), b.actions(*others)]
    posts = plan.project.channel and plan.whole is plan  # people from outside post nothing
    post = [_post(plan.project, sight, "Post to channel")] if posts else []
    return [b.actions(*others, *post)]


def _post(project: Project, sight: Sight, label: str) -> b.Block:
    """Asks before everybody sees it."""
    found = b.button(label, POST, f"{project.key} {sight.line}", spoken="Post this picture to the channel")
    found["confirm"] = {
        "title": b.plain("Show it to everybody?", 100),
        "text": b.plain(f"The picture goes to the channel of {project.name}, for all who are in it.", 300),
        "confirm": b.plain("Post it", 30),
        "deny": b.plain("No", 30),
    }
    return found
