"""Which acts does each door lead to: command, button, form, list, shortcut, event? One without is closed
to people from outside, and fails a test."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from bot.domain import commands
from bot.domain.errors import BotError

LOOK, OWN, NOTES, TRACK, VOTE, DECIDE = ("look",), ("own",), ("notes",), ("track",), ("vote",), ("decide",)
_OFFERED = ("block", "add", "assume", "conclude", "take", "own", "due", "unblock", "done")
_ANSWERED = (
    *("answer", "done", "validate", "reopen", "block", "unblock", "take", "hand_over", "own", "escalate"),
    *("news", "verify", "refute"),
)
_FORMS = ("add", "own", "validator", "due", "hand_over", "block", "done", "validate", "waive", "reopen")
_NEW = ("new", "lay_out")
_AT_HOME = ("answer", "done", "unblock", "take", "validate", "reopen", "verify", "refute", "myself")

LONGEST = 200  # a longer line may be a story; who may is asked again where it is carried out

# By kind, the id or pattern a listener is registered under, and the acts that can come of it.
DOORS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("action", "^run_"): LOOK,  # besides what the line it carries leads to
    ("action", "^(?:ask_|internally_)"): LOOK,
    ("action", "post_answer"): ("post",),
    ("action", "^say_"): LOOK,
    ("action", "post_words"): ("post",),
    ("action", "suppose"): LOOK,
    ("view", "suppose_form"): LOOK,
    ("action", "undo"): ("undo",),
    ("action", "not_a_blocker"): ("correct",),
    ("action", "edit_blocker"): ("correct",),
    ("view", "blocker_form"): ("correct",),
    ("options", "blocker_item"): ("correct",),
    ("options", "owner_item"): OWN,
    ("action", "owner_item"): OWN,
    ("message_shortcut", "track_message"): TRACK,
    ("action", r"^capture_start(?:_\d)?$"): TRACK,
    ("options", "capture_item"): (*TRACK, *_OFFERED),
    ("view", "capture_form"): (*TRACK, *_OFFERED),
    ("action", "notes_open"): NOTES,
    ("message_shortcut", "read_call_notes"): NOTES,
    ("view", "notes_form"): NOTES,
    ("action", "notes_tick"): NOTES,
    ("action", "^notes_turn_"): NOTES,
    ("action", "notes_edit"): NOTES,
    ("view", "notes_correct"): NOTES,
    ("options", "notes_item"): NOTES,
    ("view", "notes_sheet"): NOTES,
    ("view_closed", "notes_sheet"): NOTES,
    ("action", r"^(?:offer_yes|offer_choose_\d)$"): _OFFERED,
    ("action", "^(?:offer_no|offer_never)$"): LOOK,
    ("action", "offer_edit"): _OFFERED,
    (
        "action",
        "^(?:nudge_more|nudge_(?:on_it|done|snooze|not_mine|blocked|confirm|not_done|cleared|escalate|"
        "not_now|accept|decline|answer|is_true|is_false))$",
    ): _ANSWERED,
    ("view", "^nudge_form_"): _ANSWERED,
    ("action", "change_setting"): ("settings",),
    ("view", "setting_form"): ("settings", "permissions"),
    ("action", "change_permission"): ("permissions",),
    ("view", "permission_form"): ("permissions",),
    ("action", "gonogo_start"): ("poll",),
    ("view", "gonogo_open_form"): ("poll",),
    ("action", "^gonogo_vote_"): VOTE,
    ("view", "^gonogo_vote_form_"): VOTE,
    ("action", "^gonogo_decide_(?:go|conditions|no_go)$"): DECIDE,
    ("view", "^gonogo_decide_form_"): DECIDE,
    ("action", "gonogo_more"): (*VOTE, *DECIDE),
    ("action", "gonogo_record"): ("record",),
    ("action", "^home_page_"): LOOK,
    ("action", "^home_do_"): _AT_HOME,
    ("action", "home_undo"): ("undo",),
    ("action", "^home_set_"): ("myself",),
    ("view", "^home_form_"): _AT_HOME,
    ("action", "signals"): ("signals",),
    ("action", r"^dismiss_\d+$"): ("dismiss",),
    ("view", "dismiss_form"): ("dismiss",),
    ("action", "bring_back"): ("dismiss",),
    ("action", "agenda_post"): ("agenda", "post"),
    ("action", "^picture_"): LOOK,
    ("action", "post_picture"): ("post",),
    ("action", "^form_open_"): _FORMS,
    ("action", "form_choose"): _FORMS,
    ("options", "^form_item$|^form_items$|^form_choose$|^form_person$"): LOOK,
    ("view", "^form_of_"): _FORMS,
    ("global_shortcut", "golive_menu"): LOOK,
    ("action", "menu_project"): LOOK,
    ("action", "menu_new"): _NEW,
    ("action", "^(?:new_template|new_target)$"): _NEW,
    ("view", "new_project_form"): _NEW,
    ("action", "change_digest"): ("settings",),
    ("view", "digest_form"): ("settings",),
}

# What somebody does in a channel, or to it, and what may come of it.
EVENTS: Mapping[str, tuple[str, ...]] = {
    "message": (*_OFFERED, "news", *LOOK),
    "app_mention": (*_OFFERED, "track", *LOOK),
    "reaction_added": ("block", "done", "take", "unblock"),
    "app_home_opened": LOOK,
    "assistant_thread_started": LOOK,
}
# What Slack says of the workspace and its channels: nobody asks for anything.
NEWS = frozenset(
    {
        *("app_context_changed", "assistant_thread_context_changed", "channel_id_changed"),
        *("member_joined_channel", "member_left_channel", "user_change"),
    }
)

VERBS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("", "before", "item", "assumptions", "decisions", "blockers", "mine", "ask"), LOOK),
    **dict.fromkeys(("changes", "history", "portfolio", "roles", "templates", "help", "plot"), LOOK),
    **dict.fromkeys(("offers", "quiet"), LOOK),
    **dict.fromkeys(("add", "own", "validator", "due", "start", "done", "validate", "waive", "role"), ()),
    "edit": ("add", "own", "validator", "due"),
    "handover": ("own", "hand_over"),
    "reopen": ("reopen", "unsettle"),
    "block": ("block",),
    "unblock": ("unblock",),
    "assume": ("assume",),
    "verify": ("verify",),
    "refute": ("refute",),
    "decide": ("conclude",),
    "new": ("new", "lay_out"),
    "standup": ("news",),
    "reminders": ("reminders",),
    "mute": ("mute", "mute_project"),
    "unmute": ("mute", "mute_project"),
    "settings": ("rules", "settings", "permissions"),
    "permissions": ("rules", "permissions"),
    "internal": ("internal",),
    "summary": ("summary",),
    "poll": ("poll",),
    "signals": ("signals",),
    "dismiss": ("dismiss",),
    "notes": ("notes",),
    "agenda": ("agenda",),
    "backfill": ("backfill",),
    "view": ("view", *LOOK),
}


def acts_of_verb(verb: str) -> tuple[str, ...]:
    """The acts a typed command may come to; most are called as they are typed."""
    return VERBS.get(verb, ()) or (verb,)


def acts_of(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The acts that a request may come to; none for a door that names none."""
    kind = body.get("type")
    if "command" in body:
        return _typed(body.get("text"))
    if kind == "block_actions":
        actions = body.get("actions")
        first = actions[0] if isinstance(actions, list) and actions else None
        return _run(first) or _through("action", first.get("action_id") if isinstance(first, dict) else None)
    if kind in ("view_submission", "view_closed"):
        view = body.get("view")
        return _through("view", view.get("callback_id") if isinstance(view, dict) else None)
    if kind == "block_suggestion":
        return _through("options", body.get("action_id"))
    shortcut = "message_shortcut" if kind == "message_action" else "global_shortcut"
    return _through(shortcut, body.get("callback_id"))


def _run(action: object) -> tuple[str, ...]:
    """A button that carries a line to be run is as good as the line."""
    if isinstance(action, dict) and str(action.get("action_id")).startswith("run_"):
        return _typed(action.get("value"))
    return ()


def _typed(text: object) -> tuple[str, ...]:
    """What a line comes to; one that is no command is a question, or offered as one."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return LOOK
    try:
        return acts_of_verb(commands.parse(text).verb)
    except BotError:
        return LOOK


def _through(kind: str, name: object) -> tuple[str, ...]:
    return _named(kind, name) if isinstance(name, str) else ()


@lru_cache(maxsize=512)
def _named(kind: str, name: str) -> tuple[str, ...]:
    found: list[str] = []
    for (each, pattern), acts in DOORS.items():
        if each == kind and (pattern == name or (pattern.startswith("^") and re.search(pattern, name))):
            found += acts
    return tuple(dict.fromkeys(found))
