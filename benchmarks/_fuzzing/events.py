"""Which events can Slack send an app, and what does each of them look like?"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

TEAM, OTHER_TEAM, ORG, APP = "T0HARBOR", "T0AGENCY", "E0PORTS", "A0SANDBOX"
CHANNEL, ELSEWHERE, DIRECT = "C0HARBOR", "C0LOUNGE", "D0BENBOT"
ANA, BEN, CHEN, DITA, STRANGER, GONE = "U0ANA", "U0BEN", "U0CHEN", "U0DITA", "U0AGENT", "U0LEFT"
BOT = "U0GOLIVE"  # put right for the Slack the bot is in, see `placed`
TS, LATER, THREAD = "1803900000.000100", "1803900060.000200", "1803899000.000900"


def rich(text: str) -> list[Json]:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return [{"type": "rich_text", "block_id": "vX2", "elements": [section]}]


def written(text: str, user: str = BEN, **more: Any) -> Json:
    """What somebody wrote, as it comes."""
    return {
        "type": "message",
        "user": user,
        "client_msg_id": "0f6a1b52-77d0-4d3e-9a53-5a7f3c1e9b10",
        "text": text,
        "team": TEAM,
        "ts": TS,
        "blocks": rich(text),
        "channel": CHANNEL,
        "channel_type": "channel",
        "event_ts": TS,
        **more,
    }


def _notice(subtype: str, text: str, **more: Any) -> Json:
    return {**written(text), "subtype": subtype, **more}


def _said(text: str, **more: Any) -> Json:
    """A message within another one."""
    whole = {"type": "message", "user": BEN, "team": TEAM, "ts": TS, "text": text, "blocks": rich(text)}
    return {**whole, **more}


def _about(subtype: str, **more: Any) -> Json:
    place = {"channel": CHANNEL, "channel_type": "channel", "ts": LATER, "event_ts": LATER, "hidden": True}
    return {"type": "message", "subtype": subtype, **place, **more}


EDITED = {"user": BEN, "ts": LATER}
FILE = {
    "id": "F0PLAN",
    "created": 1803899990,
    "name": "berth <b>plan</b>.pdf",
    "title": "Berth plan & tides",
    "mimetype": "application/pdf",
    "filetype": "pdf",
    "user": BEN,
    "size": 20480,
    "mode": "hosted",
    "is_external": False,
    "is_public": True,
    "url_private": "https://files.invalid/F0PLAN/plan.pdf",
    "permalink": "https://harbor.invalid/files/U0BEN/F0PLAN/plan.pdf",
}
FORWARDED = {
    "is_share": True,
    "is_msg_unfurl": True,
    "author_id": CHEN,
    "author_name": "Chen Wei",
    "channel_id": ELSEWHERE,
    "channel_team": TEAM,
    "ts": THREAD,
    "from_url": "https://harbor.invalid/archives/C0LOUNGE/p1803899000000900",
    "text": "blocker: the tug has no crew",
    "message_blocks": [
        {
            "team": TEAM,
            "channel": ELSEWHERE,
            "ts": THREAD,
            "message": {"blocks": rich("blocker: the tug has no crew")},
        }
    ],
}
PERSON = {
    "id": BEN,
    "team_id": TEAM,
    "name": "ben",
    "deleted": False,
    "real_name": "Ben Okoro",
    "tz": "Europe/London",
    "tz_offset": 0,
    "profile": {"real_name": "Ben Okoro", "status_text": "at sea", "status_emoji": ":ship:", "team": TEAM},
    "is_bot": False,
    "is_restricted": False,
    "updated": 1803899000,
}

MESSAGES: dict[str, Json] = {
    "message": written("the crane test went fine"),
    "message that reports": written("blocker: no power at berth 4, waiting on <@U0CHEN> by Friday"),
    "message that names an owner": written("owner: <@U0DITA> for feed"),
    "message in a thread": written("that is done now", thread_ts=THREAD, parent_user_id=CHEN),
    "message in a group": written("blocker: feed is silent", channel_type="group"),
    "message of several": written("hello all", channel="G0MANY", channel_type="mpim"),
    "message to the bot": written("what must happen before go-live?", channel=DIRECT, channel_type="im"),
    "command to the bot": written("due feed 2027-03-09", channel=DIRECT, channel_type="im"),
    "message of a stranger": written(
        "blocker: our side has no badge",
        STRANGER,
        team=OTHER_TEAM,
        user_team=OTHER_TEAM,
        source_team=OTHER_TEAM,
    ),
    "message of an organisation": written("blocker: no badge", STRANGER, user_team=ORG, source_team=ORG),
    "message of one who left": written("blocker: nobody has my keys", GONE),
    "message forwarded": written("", attachments=[FORWARDED], blocks=[]),
    "message with a card": written(
        "see https://tides.invalid", attachments=[{"id": 1, "title": "Tides", "text": "<!channel>"}]
    ),
    "message of an app": written("blocker: the buoy is lost", bot_id="B0RADAR", app_id="A0RADAR"),
    "message of an app as a person": written(
        "posted for Ben", bot_profile={"id": "B0RADAR", "name": "radar"}
    ),
    "bot_message": {
        **{k: v for k, v in written("blocker: radar is down").items() if k not in ("user", "client_msg_id")},
        "subtype": "bot_message",
        "bot_id": "B0RADAR",
        "username": "radar",
        "icons": {"emoji": ":satellite:"},
    },
    "me_message": _notice("me_message", "is late"),
    "file_share": _notice("file_share", "blocker: see the plan", files=[FILE], upload=False),
    "files to the bot": _notice(
        "file_share", "done berths", files=[FILE, FILE], channel=DIRECT, channel_type="im"
    ),
    "thread_broadcast": _notice(
        "thread_broadcast",
        "blocker: no crew",
        thread_ts=THREAD,
        root=_said("who sails?", ts=THREAD, reply_count=2, reply_users=[BEN], latest_reply=TS),
    ),
    "channel_join": _notice("channel_join", f"<@{BEN}> has joined the channel", inviter=ANA),
    "channel_leave": _notice("channel_leave", f"<@{BEN}> has left the channel"),
    "channel_topic": _notice("channel_topic", "set the topic", topic="tides"),
    "channel_purpose": _notice("channel_purpose", "set the purpose", purpose="ships"),
    "channel_name": _notice("channel_name", "renamed", old_name="harbour", name="harbor"),
    "channel_archive": _notice("channel_archive", "archived the channel"),
    "channel_convert_to_private": _notice("channel_convert_to_private", "made it private"),
    "pinned_item": _notice("pinned_item", "pinned", item_type="C"),
    "reminder_add": _notice("reminder_add", "set a reminder"),
    "tombstone": _notice("tombstone", "This message was deleted.", user="USLACKBOT"),
    "assistant_app_thread": _notice("assistant_app_thread", "New chat", channel=DIRECT, channel_type="im"),
    "huddle_thread": _notice("huddle_thread", "", room={"id": "R0DOCK", "participants": [BEN]}),
    "message_changed": _about(
        "message_changed",
        message=_said("blocker: no power at berth 5", edited=EDITED),
        previous_message=_said("blocker: no power at berth 4"),
    ),
    "message unfurled": _about(
        "message_changed",
        message=_said("see https://tides.invalid", attachments=[{"title": "Tides"}]),
        previous_message=_said("see https://tides.invalid"),
    ),
    "message deleted in a thread": _about(
        "message_changed",
        message=_said("This message was deleted.", subtype="tombstone", user="USLACKBOT", hidden=True),
        previous_message=_said("blocker: no power", reply_count=3),
    ),
    "message_deleted": _about("message_deleted", deleted_ts=TS, previous_message=_said("blocker: no power")),
    "message_replied": _about("message_replied", message=_said("who sails?", reply_count=1, replies=[])),
    "ekm_access_denied": _notice("ekm_access_denied", "Your admins have suspended access", user="UREVOKEDU"),
    "app_mention": {**written(f"<@{BOT}> what blocks feed?"), "type": "app_mention"},
    "app_mention of an organisation": {
        **written(f"<@{BOT}> before", STRANGER, user_team=ORG, source_team=ORG, user_profile={"team": ORG}),
        "type": "app_mention",
    },
}


def _reaction(kind: str, name: str, item: Json) -> Json:
    who = {"user": BEN, "item_user": CHEN, "event_ts": LATER}
    return {"type": kind, "reaction": name, "item": item, **who}


_MESSAGE = {"type": "message", "channel": CHANNEL, "ts": TS}
_ASSISTANT = {
    "user_id": BEN,
    "context": {"channel_id": CHANNEL, "team_id": TEAM, "enterprise_id": None},
    "channel_id": DIRECT,
    "thread_ts": THREAD,
}
_FUNCTION = {
    "id": "Fn0TIDE",
    "callback_id": "ask_the_tide",
    "title": "Ask the tide",
    "type": "app",
    "app_id": APP,
    "input_parameters": [{"type": "slack#/types/user_id", "name": "who", "is_required": True}],
    "output_parameters": [],
}
_GROUP = {
    "id": "S0PILOTS",
    "team_id": TEAM,
    "is_usergroup": True,
    "name": "Pilots",
    "handle": "pilots",
    "users": [BEN, CHEN],
    "user_count": "2",
}

OTHERS: dict[str, Json] = {
    "reaction_added": _reaction("reaction_added", "construction", _MESSAGE),
    "reaction_added done": _reaction("reaction_added", "white_check_mark", _MESSAGE),
    "reaction_added to a file": _reaction("reaction_added", "eyes", {"type": "file", "file": "F0PLAN"}),
    "reaction_removed": _reaction("reaction_removed", "construction", _MESSAGE),
    "member_joined_channel": {
        "type": "member_joined_channel",
        "user": DITA,
        "channel": CHANNEL,
        "channel_type": "C",
        "team": TEAM,
        "inviter": ANA,
        "event_ts": TS,
    },
    "member_left_channel": {
        "type": "member_left_channel",
        "user": STRANGER,
        "channel": CHANNEL,
        "channel_type": "C",
        "team": OTHER_TEAM,
        "event_ts": TS,
    },
    "channel_rename": {
        "type": "channel_rename",
        "channel": {"id": ELSEWHERE, "name": "quay", "is_channel": True, "created": 1803890000},
        "event_ts": TS,
    },
    "channel_archive event": {"type": "channel_archive", "channel": ELSEWHERE, "user": ANA, "is_moved": 0},
    "channel_unarchive": {"type": "channel_unarchive", "channel": ELSEWHERE, "user": ANA},
    "channel_created": {
        "type": "channel_created",
        "channel": {"id": "C0NEW", "name": "new", "creator": ANA, "created": 1803890000},
    },
    "channel_deleted": {"type": "channel_deleted", "channel": "C0OLD"},
    "channel_left": {"type": "channel_left", "channel": ELSEWHERE},
    "channel_shared": {"type": "channel_shared", "connected_team_id": OTHER_TEAM, "channel": ELSEWHERE},
    "channel_id_changed": {
        "type": "channel_id_changed",
        "old_channel_id": "G0SHARED",
        "new_channel_id": "C0SHARED",
        "event_ts": TS,
    },
    "group_left": {"type": "group_left", "channel": "G0SHARED"},
    "app_home_opened": {
        "type": "app_home_opened",
        "user": BEN,
        "channel": DIRECT,
        "tab": "home",
        "event_ts": TS,
        "view": {"id": "V0HOME", "team_id": TEAM, "type": "home", "blocks": [], "hash": "1.x"},
    },
    "app_home_opened messages": {
        "type": "app_home_opened",
        "user": BEN,
        "channel": DIRECT,
        "tab": "messages",
        "event_ts": TS,
    },
    "app_uninstalled": {"type": "app_uninstalled", "event_ts": TS},
    "tokens_revoked": {"type": "tokens_revoked", "tokens": {"oauth": ["W0X"], "bot": [BOT]}, "event_ts": TS},
    "team_access_granted": {"type": "team_access_granted", "team_ids": [TEAM, OTHER_TEAM], "event_ts": TS},
    "team_access_revoked": {"type": "team_access_revoked", "team_ids": [OTHER_TEAM], "event_ts": TS},
    "grid_migration_finished": {"type": "grid_migration_finished", "enterprise_id": ORG},
    "assistant_thread_started": {
        "type": "assistant_thread_started",
        "assistant_thread": _ASSISTANT,
        "event_ts": TS,
    },
    "assistant_thread_context_changed": {
        "type": "assistant_thread_context_changed",
        "assistant_thread": {**_ASSISTANT, "context": {}},
        "event_ts": TS,
    },
    "app_context_changed": {"type": "app_context_changed", "user": BEN, "context": {}, "event_ts": TS},
    "function_executed": {
        "type": "function_executed",
        "function": _FUNCTION,
        "inputs": {"who": BEN},
        "function_execution_id": "Fx0TIDE",
        "workflow_execution_id": "Wx0TIDE",
        "bot_access_token": "xwfp-own-words",
        "event_ts": TS,
    },
    "workflow_step_execute": {
        "type": "workflow_step_execute",
        "callback_id": "moor",
        "workflow_step": {"workflow_step_execute_id": "x.1", "inputs": {}, "outputs": []},
        "event_ts": TS,
    },
    "link_shared": {
        "type": "link_shared",
        "channel": CHANNEL,
        "user": BEN,
        "message_ts": TS,
        "unfurl_id": "x.y",
        "source": "conversations_history",
        "links": [{"domain": "tides.invalid", "url": "https://tides.invalid/1"}],
    },
    "file_shared": {"type": "file_shared", "file_id": "F0PLAN", "file": {"id": "F0PLAN"}, "user_id": BEN},
    "file_deleted": {"type": "file_deleted", "file_id": "F0PLAN", "event_ts": TS},
    "pin_added": {
        "type": "pin_added",
        "user": BEN,
        "channel_id": CHANNEL,
        "item": {"type": "message", "message": _said("tides")},
    },
    "star_added": {"type": "star_added", "user": BEN, "item": {"type": "channel", "channel": CHANNEL}},
    "user_change": {"type": "user_change", "user": PERSON, "cache_ts": 1803899000, "event_ts": TS},
    "user_profile_changed": {"type": "user_profile_changed", "user": PERSON, "cache_ts": 1803899000},
    "user_status_changed": {"type": "user_status_changed", "user": PERSON, "cache_ts": 1803899000},
    "user_huddle_changed": {"type": "user_huddle_changed", "user": PERSON, "cache_ts": 1803899000},
    "team_join": {"type": "team_join", "user": PERSON},
    "team_rename": {"type": "team_rename", "name": "Harbour & Sons"},
    "team_domain_change": {"type": "team_domain_change", "url": "https://h.invalid", "domain": "h"},
    "subteam_updated": {"type": "subteam_updated", "subteam": _GROUP},
    "subteam_members_changed": {
        "type": "subteam_members_changed",
        "subteam_id": "S0PILOTS",
        "team_id": TEAM,
        "added_users": [BEN],
        "added_users_count": "1",
        "removed_users": [],
    },
    "emoji_changed": {"type": "emoji_changed", "subtype": "add", "name": "tug", "value": "https://e.invalid"},
    "dnd_updated_user": {"type": "dnd_updated_user", "user": BEN, "dnd_status": {"dnd_enabled": True}},
    "message_metadata_posted": {
        "type": "message_metadata_posted",
        "app_id": APP,
        "bot_id": "B0RADAR",
        "user_id": BEN,
        "team_id": TEAM,
        "channel_id": CHANNEL,
        "message_ts": TS,
        "metadata": {"event_type": "golive", "event_payload": {"key": "not ours"}},
    },
    "entity_details_requested": {"type": "entity_details_requested", "user": BEN, "event_ts": TS},
    "shared_channel_invite_accepted": {
        "type": "shared_channel_invite_accepted",
        "invite": {"id": "I0", "inviting_user": PERSON},
        "channel": {"id": ELSEWHERE},
        "accepting_user": PERSON,
    },
    "call_rejected": {"type": "call_rejected", "call_id": "R0", "user_id": BEN, "channel_id": CHANNEL},
    "an event of tomorrow": {"type": "tide_turned", "tide": {"height": 3.2}, "user": BEN},
}


def called_back(inner: Json, **more: Any) -> Json:
    """The envelope around an event."""
    return {
        "token": "own-words",
        "team_id": TEAM,
        "context_team_id": TEAM,
        "context_enterprise_id": None,
        "api_app_id": APP,
        "event": inner,
        "type": "event_callback",
        "event_id": "Ev0FUZZ",
        "event_time": 1803900000,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM,
                "user_id": BOT,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-own-words",
        **more,
    }


def of_an_organisation(inner: Json) -> Json:
    """The same in an organisation of several workspaces."""
    authorization = {
        "enterprise_id": ORG,
        "team_id": None,
        "user_id": BOT,
        "is_bot": True,
        "is_enterprise_install": True,
    }
    ids = {"enterprise_id": ORG, "context_enterprise_id": ORG, "authed_users": [BOT]}
    return called_back(inner, **ids, authorizations=[authorization])


def of_a_shared_channel(inner: Json) -> Json:
    """The same in a channel that is shared with another company."""
    theirs = {"team_id": OTHER_TEAM, "context_team_id": OTHER_TEAM, "enterprise_id": ORG}
    return called_back(inner, **theirs, is_ext_shared_channel=True, authed_teams=[TEAM, OTHER_TEAM])
