"""The Web API takes and refuses messages as Slack does."""

from __future__ import annotations

import pytest

from tests.sandbox.harbor import Harbor, running


async def test_a_message_is_stored_and_comes_back_as_slack_would_give_it(harbor: Harbor) -> None:
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="Boarding <@U0ANN> & all")
    assert posted["channel"] == "C0QUAY"
    message = posted["message"]
    assert message["text"] == "Boarding <@U0ANN> & all"  # top-level text is stored as it is
    assert message["bot_id"] == harbor.slack.state.app.bot_id
    assert message["team"] == "T0HARBOR"
    assert [posted["ts"]] == [one["ts"] for one in await harbor.get("channels/C0QUAY/messages")]


@pytest.mark.parametrize(
    ("channel", "word"),
    [("C0NOWHERE", "channel_not_found"), ("C0DOCK", "not_in_channel"), ("G0VIPS", "channel_not_found")],
)
async def test_where_the_app_is_not_it_cannot_post(harbor: Harbor, channel: str, word: str) -> None:
    assert await harbor.error(harbor.client.chat_postMessage(channel=channel, text="hi")) == word


async def test_an_archived_channel_takes_no_post(harbor: Harbor) -> None:
    await harbor.post("channels/C0QUAY/archive", user="U0ANN")
    assert await harbor.error(harbor.client.chat_postMessage(channel="C0QUAY", text="hi")) == "is_archived"


@pytest.mark.parametrize("said", [{}, {"text": ""}, {"blocks": []}, {"text": "", "attachments": []}])
async def test_a_message_must_say_something(harbor: Harbor, said: dict) -> None:
    answer = await harbor.http.post(
        "/api/chat.postMessage",
        json={"channel": "C0QUAY", **said},
        headers={"authorization": f"Bearer {harbor.slack.bot_token}"},
    )
    assert answer.json()["error"] == "no_text"


async def test_a_persons_id_posts_into_their_direct_conversation(harbor: Harbor) -> None:
    posted = await harbor.client.chat_postMessage(channel="U0ANN", text="psst")
    assert posted["channel"].startswith("D")
    assert await harbor.said(posted["channel"], "U0ANN") == ["psst"]
    opened = await harbor.client.conversations_open(users=["U0ANN"])
    assert opened["channel"]["id"] == posted["channel"]


async def test_too_long_a_text_is_cut_and_cannot_be_edited_in(harbor: Harbor) -> None:
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    assert posted["response_metadata"]["warnings"] == ["message_truncated"]
    at_limit = harbor.client.chat_update(channel="C0QUAY", ts=posted["ts"], text="x" * 4_000)
    assert (await at_limit)["text"] == "x" * 4_000
    over = harbor.client.chat_update(channel="C0QUAY", ts=posted["ts"], text="x" * 4_001)
    assert await harbor.error(over) == "msg_too_long"


async def test_a_hundred_attachments_are_the_most(harbor: Harbor) -> None:
    post = harbor.client.chat_postMessage
    await post(channel="C0QUAY", text="a", attachments=[{"text": "x"}] * 100)
    over = post(channel="C0QUAY", text="a", attachments=[{"text": "x"}] * 101)
    assert await harbor.error(over) == "too_many_attachments"


@pytest.mark.parametrize(
    ("metadata", "word"),
    [
        ({"event_type": "", "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "a", "event_payload": "no"}, "invalid_metadata_format"),
        ({"event_type": "a", "more": 1, "event_payload": {}}, "invalid_metadata_format"),
        ({"event_type": "a", "event_payload": {"deep": {"er": {}}}}, "invalid_metadata_schema"),
        ({"event_type": "a", "event_payload": {"much": "x" * 9_000}}, "metadata_too_large"),
    ],
)
async def test_metadata_slack_would_not_take_is_refused(harbor: Harbor, metadata: dict, word: str) -> None:
    post = harbor.client.chat_postMessage(channel="C0QUAY", text="a", metadata=metadata)
    assert await harbor.error(post) == word


async def test_metadata_is_read_back_only_by_who_asks_for_it(harbor: Harbor) -> None:
    metadata = {"event_type": "crossing", "event_payload": {"key": "k1", "list": [{"a": 1}]}}
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="a", metadata=metadata)
    plain = await harbor.client.conversations_history(channel="C0QUAY")
    assert plain["messages"][0]["metadata"] == {"event_type": "crossing"}
    whole = await harbor.client.conversations_history(channel="C0QUAY", include_all_metadata=True)
    assert whole["messages"][0]["metadata"] == metadata
    thread = await harbor.client.conversations_replies(
        channel="C0QUAY", ts=posted["ts"], include_all_metadata=True
    )
    assert thread["messages"][0]["metadata"] == metadata


async def test_an_unknown_argument_is_named_and_refused(harbor: Harbor) -> None:
    call = harbor.client.chat_postMessage(channel="C0QUAY", text="a", client_msg_id="mine")
    assert await harbor.error(call) == "invalid_arguments"
    assert harbor.calls("chat.postMessage")[-1] == {
        "method": "chat.postMessage",
        "args": {"channel": "C0QUAY", "text": "a", "client_msg_id": "mine"},
        "ok": False,
        "error": "invalid_arguments",
        "at": pytest.approx(harbor.slack.clock.time(), abs=5),
    }


async def test_an_edit_keeps_the_blocks_it_does_not_speak_of(harbor: Harbor) -> None:
    blocks = [{"type": "divider"}]
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="a", blocks=blocks)
    kept = await harbor.client.chat_update(channel="C0QUAY", ts=posted["ts"], text="b")
    assert [one["type"] for one in kept["message"]["blocks"]] == ["divider"]
    gone = await harbor.client.chat_update(channel="C0QUAY", ts=posted["ts"], text="c", blocks=[])
    assert "blocks" not in gone["message"]
    assert gone["message"]["edited"]["user"] == harbor.slack.state.app.bot_id


async def test_only_the_apps_own_messages_can_be_changed_by_it(harbor: Harbor) -> None:
    ts = (await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="mine"))["ts"]
    update = harbor.client.chat_update(channel="C0QUAY", ts=ts, text="yours")
    assert await harbor.error(update) == "cant_update_message"
    assert await harbor.error(harbor.client.chat_delete(channel="C0QUAY", ts=ts)) == "cant_delete_message"
    missing = harbor.client.chat_update(channel="C0QUAY", ts="1.000001", text="none")
    assert await harbor.error(missing) == "message_not_found"


async def test_an_ephemeral_message_is_for_one_pair_of_eyes(harbor: Harbor) -> None:
    answer = await harbor.client.chat_postEphemeral(channel="C0QUAY", user="U0ANN", text="secret")
    assert await harbor.said("C0QUAY", "U0ANN") == ["secret"]
    assert await harbor.said("C0QUAY", "U0BEN") == []
    [message] = await harbor.get("channels/C0QUAY/messages?user=U0ANN")
    assert message["ephemeral_to"] == "U0ANN"
    history = await harbor.client.conversations_history(channel="C0QUAY")
    assert history["messages"] == []
    update = harbor.client.chat_update(channel="C0QUAY", ts=answer["message_ts"], text="x")
    assert await harbor.error(update) == "message_not_found"
    absent = harbor.client.chat_postEphemeral(channel="C0QUAY", user="U0CAT", text="x")
    assert await harbor.error(absent) == "user_not_in_channel"


async def test_a_thread_counts_its_replies_and_keeps_them_out_of_the_channel(harbor: Harbor) -> None:
    root = await harbor.client.chat_postMessage(channel="C0QUAY", text="root")
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="one", thread_ts=root["ts"])
    await harbor.client.chat_postMessage(channel="C0QUAY", text="two", thread_ts=root["ts"])
    await harbor.client.chat_postMessage(
        channel="C0QUAY", text="all", thread_ts=root["ts"], reply_broadcast=True
    )
    history = await harbor.client.conversations_history(channel="C0QUAY")
    assert [one["text"] for one in history["messages"]] == ["all", "root"]
    assert history["messages"][1]["reply_count"] == 3
    replies = await harbor.client.conversations_replies(channel="C0QUAY", ts=root["ts"])
    assert [one["text"] for one in replies["messages"]] == ["root", "one", "two", "all"]
    nowhere = harbor.client.chat_postMessage(channel="C0QUAY", text="x", thread_ts="1.000001")
    assert await harbor.error(nowhere) == "thread_not_found"


async def test_history_is_given_in_pages_that_new_messages_do_not_shift(harbor: Harbor) -> None:
    for number in range(7):
        await harbor.post("messages", channel="C0QUAY", user="U0ANN", text=str(number))
    first = await harbor.client.conversations_history(channel="C0QUAY", limit=3)
    assert [one["text"] for one in first["messages"]] == ["6", "5", "4"]
    assert first["has_more"]
    await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="meanwhile")
    cursor = first["response_metadata"]["next_cursor"]
    second = await harbor.client.conversations_history(channel="C0QUAY", limit=4, cursor=cursor)
    assert [one["text"] for one in second["messages"]] == ["3", "2", "1", "0"]
    assert not second["has_more"]
    broken = harbor.client.conversations_history(channel="C0QUAY", cursor="nonsense")
    assert await harbor.error(broken) == "invalid_cursor"


async def test_history_can_be_cut_at_both_ends(harbor: Harbor) -> None:
    stamps = [
        (await harbor.post("messages", channel="C0QUAY", user="U0ANN", text=str(number)))["ts"]
        for number in range(4)
    ]
    history = harbor.client.conversations_history
    between = await history(channel="C0QUAY", oldest=stamps[0], latest=stamps[3])
    assert [one["text"] for one in between["messages"]] == ["2", "1"]
    whole = await history(channel="C0QUAY", oldest=stamps[0], latest=stamps[3], inclusive=True)
    assert [one["text"] for one in whole["messages"]] == ["3", "2", "1", "0"]


async def test_reactions_are_given_once_and_taken_back_once(harbor: Harbor) -> None:
    ts = (await harbor.post("messages", channel="C0QUAY", user="U0ANN", text="x"))["ts"]
    react = {"channel": "C0QUAY", "timestamp": ts, "name": "eyes"}
    await harbor.client.reactions_add(**react)
    assert await harbor.error(harbor.client.reactions_add(**react)) == "already_reacted"
    await harbor.client.reactions_remove(**react)
    assert await harbor.error(harbor.client.reactions_remove(**react)) == "no_reaction"
    gone = harbor.client.reactions_add(channel="C0QUAY", timestamp="1.000001", name="eyes")
    assert await harbor.error(gone) == "message_not_found"


async def test_a_file_is_uploaded_in_three_steps_and_shared(harbor: Harbor) -> None:
    uploaded = await harbor.client.files_upload_v2(
        channel="C0QUAY", filename="plan.txt", content="all aboard", initial_comment="The plan"
    )
    ident = uploaded["files"][0]["id"]
    [message] = await harbor.get("channels/C0QUAY/messages")
    assert (message["subtype"], message["text"], message["files"][0]["id"]) == (
        "file_share",
        "The plan",
        ident,
    )
    info = await harbor.client.files_info(file=ident)
    headers = {"authorization": f"Bearer {harbor.slack.bot_token}"}
    content = await harbor.http.get(info["file"]["url_private"], headers=headers)
    assert content.text == "all aboard"
    assert (await harbor.http.get(info["file"]["url_private"])).status_code == 404


async def test_pins_and_bookmarks_are_kept_with_the_channel(harbor: Harbor) -> None:
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="pin me")
    await harbor.client.pins_add(channel="C0QUAY", timestamp=posted["ts"])
    again = harbor.client.pins_add(channel="C0QUAY", timestamp=posted["ts"])
    assert await harbor.error(again) == "already_pinned"
    pins = await harbor.client.pins_list(channel="C0QUAY")
    assert [one["message"]["text"] for one in pins["items"]] == ["pin me"]
    made = await harbor.client.bookmarks_add(
        channel_id="C0QUAY", title="Plan", type="link", link="https://example.com"
    )
    kept = await harbor.client.bookmarks_list(channel_id="C0QUAY")
    assert [one["id"] for one in kept["bookmarks"]] == [made["bookmark"]["id"]]


async def test_a_call_needs_a_good_token_a_known_method_and_its_scope() -> None:
    manifest_without = {
        "display_information": {"name": "Raft"},
        "oauth_config": {"scopes": {"bot": ["channels:read"]}},
        "settings": {},
    }
    async with running(manifest=manifest_without) as harbor:
        call = harbor.http.post
        assert (await call("/api/auth.test")).json()["error"] == "not_authed"
        wrong = {"authorization": "Bearer xoxb-wrong"}
        assert (await call("/api/auth.test", headers=wrong)).json()["error"] == "invalid_auth"
        right = {"authorization": f"Bearer {harbor.slack.bot_token}"}
        assert (await call("/api/chat.shout", headers=right)).json()["error"] == "unknown_method"
        opened = await call("/api/apps.connections.open", headers=right)
        assert opened.json()["error"] == "not_allowed_token_type"
        missing = await call("/api/chat.postMessage", headers=right, data={"channel": "C0QUAY", "text": "x"})
        assert missing.json() == {
            "ok": False,
            "error": "missing_scope",
            "needed": "chat:write",
            "provided": "channels:read",
        }
        history = await call("/api/conversations.history", headers=right, data={"channel": "C0QUAY"})
        assert history.json()["needed"] == "channels:history"
        me = await call("/api/auth.test", headers=right)
        assert me.headers["x-oauth-scopes"] == "channels:read"
        assert me.json()["user_id"] == harbor.slack.state.app.bot_user


async def test_people_and_channels_can_be_looked_up(harbor: Harbor) -> None:
    ann = (await harbor.client.users_info(user="U0ANN"))["user"]
    assert (ann["real_name"], ann["profile"]["email"]) == ("Ann Berg", "ann@example.com")
    assert ann["tz_offset"] in (-18000, -21600)
    far = (await harbor.client.users_info(user="U0FAR"))["user"]
    assert far["is_stranger"]
    assert "email" not in far["profile"]
    assert await harbor.error(harbor.client.users_info(user="U0NOBODY")) == "user_not_found"
    everyone = {one["id"] for one in (await harbor.client.users_list(limit=100))["members"]}
    assert "U0FAR" not in everyone
    assert {"U0ANN", "U0BOT"} <= everyone
    found = await harbor.client.users_lookupByEmail(email="Ben@example.com")
    assert found["user"]["id"] == "U0BEN"
    assert await harbor.error(harbor.client.users_lookupByEmail(email="no@no")) == "users_not_found"
    listed = await harbor.client.conversations_list(types="public_channel,private_channel")
    assert [one["id"] for one in listed["channels"]] == ["C0QUAY", "C0DOCK", "G0CREW"]
    members = await harbor.client.conversations_members(channel="C0QUAY")
    assert members["members"] == ["U0ANN", "U0BEN", harbor.slack.state.app.bot_user]
    assert await harbor.error(harbor.client.conversations_info(channel="G0VIPS")) == "channel_not_found"
    await harbor.client.conversations_join(channel="C0DOCK")
    assert (await harbor.client.conversations_info(channel="C0DOCK"))["channel"]["is_member"]


@pytest.mark.parametrize(
    ("user", "word"),
    [("U0NOBODY", "user_not_found"), ("U0BOT", "cannot_dm_bot"), ("U0FAR", "user_not_visible")],
)
async def test_not_everybody_can_be_written_to(harbor: Harbor, user: str, word: str) -> None:
    assert await harbor.error(harbor.client.conversations_open(users=[user])) == word


async def test_who_left_cannot_be_written_to_and_who_shares_a_channel_can(harbor: Harbor) -> None:
    await harbor.post("users/U0BEN", deleted=True)
    assert await harbor.error(harbor.client.conversations_open(users=["U0BEN"])) == "user_disabled"
    await harbor.post("channels/C0QUAY/join", user="U0FAR")
    assert (await harbor.client.chat_postMessage(channel="U0FAR", text="hello"))["ok"]
