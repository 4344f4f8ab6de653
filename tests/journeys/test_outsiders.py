"""Guests, people of other companies, and people who left: what they may do and read, in a real Slack."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete

from bot.domain.belonging import Belongs, as_said
from bot.domain.errors import Refused
from bot.domain.readers import Audience
from bot.tracker import Actor, Question, Tracker, Where
from storage import Store, models
from tests.journeys.test_commands import plan
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, ELI, HARBOR, World

SECRET = "Zebrafinch audit of the berths"
HIDDEN = "zebrafinch"


async def hide(world: World) -> None:
    """An internal gate that sets the date, a colleague who is not named, and a word of theirs."""
    await world.command(ANA, f'add {HIDDEN}: "{SECRET}" gate owner <@{BEN}> due 12 March')
    await world.command(ANA, f"internal {HIDDEN}")
    await world.command(ANA, f"block {HIDDEN} Zebrafinch keys are lost")
    await world.command(ANA, f"internal <@{BEN}>")


@pytest.fixture
async def harbor(empty_world: World) -> World:
    """Dita, who sponsors it, and Chen are guests of the workspace, and in the project's channel."""
    for guest in (DITA, CHEN):
        await empty_world._post(f"users/{guest}", is_restricted=True)
    await empty_world.start()
    await hide(empty_world)
    return empty_world


def told(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False)


def is_clean(text: str) -> bool:
    return not any(word in text.casefold() for word in ("zebrafinch", "ben okoro", BEN.casefold()))


async def test_a_guest_reads_the_same_dates_and_nothing_internal(harbor: World) -> None:
    team = (await harbor.command(ANA, "before", channel="C0LOUNGE"))["text"]
    assert SECRET[:10] in team
    for line in ("before", "", "before all", "blockers", "gates", "what is overdue?", "changes", "mine"):
        answer = await harbor.command(DITA, line)
        assert is_clean(told(answer)), line
    guests = (await harbor.command(DITA, "before"))["text"]
    assert "4 of 4 gates open" in guests
    assert _forecast(guests) == _forecast(team)


def _forecast(text: str) -> str:
    return text.split("Forecast ")[1].split(",")[0]


async def test_to_a_guest_an_internal_item_does_not_exist(harbor: World) -> None:
    nothing = (await harbor.command(DITA, "item nonesuch"))["text"].replace("nonesuch", "KEY")
    hidden = (await harbor.command(DITA, f"item {HIDDEN}"))["text"].replace(HIDDEN, "KEY")
    assert hidden == nothing
    for line in (f"done {HIDDEN} seen", f"block {HIDDEN[:-1]} it leaks", f"history {HIDDEN}", "item zebra"):
        answer = await harbor.command(DITA, line)
        assert SECRET[:10] not in told(answer)


@pytest.mark.parametrize(
    "line",
    [
        "plot around KEY",
        "reopen KEY it leaks",
        "validate KEY seen",
        "verify KEY yes",
        "refute KEY no",
        "suppose KEY slips 4 days",
        "ask what happened to KEY?",
        "ask what does KEY own?",
    ],
)
async def test_a_guess_of_a_guest_is_not_confirmed(harbor: World, line: str) -> None:
    """Neither that an internal thing is called so, nor whom a role stands for."""
    nobody = (await harbor.command(DITA, line.replace("KEY", "nonesuch")))["text"]
    for guess in (HIDDEN, "Ben Okoro"):
        answer = (await harbor.command(DITA, line.replace("KEY", guess)))["text"]
        assert "internal work" not in answer
        assert "Integration engineer”" not in answer
        if guess == HIDDEN:
            assert answer.casefold().replace(guess, "key") == nobody.casefold().replace("nonesuch", "key")


async def test_a_guess_is_not_confirmed_either_where_it_is_said_and_not_typed(harbor: World) -> None:
    channels = (await harbor.http.get("/sandbox/channels", params={"user": DITA})).json()
    (alone,) = (one["id"] for one in channels if one.get("is_im"))
    mention = f"<@{harbor.slack.state.app.bot_user}> "
    for channel, line in ((alone, "status of KEY"), (CHANNEL, f"{mention}what happened to KEY?")):
        told_of = []
        for guess in (HIDDEN, "nonesuch"):
            await harbor.say(DITA, line.replace("KEY", guess), channel=channel)
            answer = (await harbor.from_bot(channel=channel, user=DITA))[-1]["text"]
            told_of.append(answer.replace(guess, "KEY"))
        assert told_of[0] == told_of[1]
        assert "KEY" in told_of[0]


async def test_what_a_guest_puts_before_an_internal_item_is_told_it_is_not_there(harbor: World) -> None:
    await harbor.command(ANA, "permissions add member customer")
    nothing = (await harbor.command(DITA, "add Lamps hung after nonesuch"))["text"]
    hidden = (await harbor.command(DITA, f"add Lamps hung after {HIDDEN}"))["text"]
    assert hidden == nothing.replace("nonesuch", HIDDEN)


async def test_what_a_guest_reports_of_an_internal_item_touches_it_not(harbor: World) -> None:
    """Typed, said in the channel, or edited into it: to them there is no such item."""
    before = (await plan(harbor)).item[HIDDEN]
    typed = (await harbor.command(DITA, f"block {HIDDEN} the lamp is broken"))["text"]
    nobody = (await harbor.command(DITA, "block nonesuch the lamp is broken"))["text"]
    assert len(typed.splitlines()) == len(nobody.splitlines()) == 2
    said = await harbor.say(CHEN, f"blocker: the crane is stuck on {HIDDEN}")
    edited = await harbor.say(CHEN, "blocker: the winch is stuck on training")
    await harbor.edit(CHEN, edited, f"blocker: the winch is stuck on {HIDDEN}")
    after = await plan(harbor)
    assert after.item[HIDDEN] == before
    assert [b.id for b in after.blockers if b.item == HIDDEN] == ["B1"]
    replies = {each.get("thread_ts") for each in await harbor.from_bot()}
    assert {said, edited} <= replies
    assert SECRET in told(await harbor.command(ANA, f"item {HIDDEN}", channel="C0LOUNGE"))


async def test_who_may_add_puts_nothing_onto_an_internal_item_by_its_title(harbor: World) -> None:
    await harbor.command(ANA, "permissions add lead member customer")
    before = await plan(harbor)
    for line in (f'add "{SECRET}" gate', f"add Lamps hung after {HIDDEN}"):
        answer = await harbor.command(DITA, line)
        assert "on the list already" not in answer["text"]
    after = await plan(harbor)
    assert after.item[HIDDEN] == before.item[HIDDEN]
    assert [i.depends_on for i in after.items if i.title == "Lamps hung"] == []


async def test_a_guest_is_shown_no_button_that_would_be_refused(harbor: World) -> None:
    await harbor.command(ANA, "own training <@U0DITA>")
    for line in ("before", "item feed", "ask what is overdue?", "plot timeline", ""):
        answer = told(await harbor.command(CHEN, line))
        for refused in ("post_", "signals", "gonogo_start", "form_open_edit", "form_open_done"):
            assert f'"{refused}' not in answer, line
    for message in await harbor.direct(CHEN):
        assert "post_picture" not in told(message)
    theirs = told(await harbor.command(DITA, "item training"))
    assert "form_open_done" in theirs
    assert "form_open_edit" in theirs  # its date is theirs to set
    team = told(await harbor.command(ANA, "before"))
    assert all(door in team for door in ("post_answer", "signals", "gonogo_start"))


async def test_what_still_holds_a_guests_work_up_is_counted_by_no_name_of_what_they_do_not_read(
    harbor: World,
) -> None:
    await harbor.command(ANA, f"own training <@{DITA}>")
    await harbor.command(ANA, "block training no room")
    await harbor.command(ANA, "internal B2")
    answer = (await harbor.command(DITA, "done training they were there"))["text"]
    assert "Still open on it: internal work." in answer
    await harbor.command(DITA, "block training no chairs")
    answer = (await harbor.command(DITA, "unblock B3"))["text"]
    assert "Still open on it: internal work." in answer


async def test_a_guest_sees_the_pictures_too_with_internal_work_in_them(harbor: World) -> None:
    await harbor.command(ANA, f"add Lamps hung after {HIDDEN}", channel="C0LOUNGE")
    for line in ("plot timeline", "plot around lamps-hung"):
        await harbor.command(DITA, line)
    shown = [m for m in await harbor.direct(DITA) if '"image"' in told(m)]
    assert len(shown) == 2
    assert "internal work" in told(shown[-1]).casefold()
    assert all(is_clean(told(message)) for message in shown)
    assert all(is_clean(told(file.info)) for file in harbor.slack.state.files.values())


async def test_what_looks_like_trouble_is_told_to_nobody_outside_however_they_ask(harbor: World) -> None:
    for line in ("signals", "ask show me signals", "ask what looks like trouble?", "dismiss 1 it is fine"):
        answer = (await harbor.command(CHEN, line))["text"]
        assert "members of the team" in answer, line
    assert "→" in (await harbor.command(ANA, "ask show me signals", channel="C0LOUNGE"))["text"]


async def test_a_guest_is_told_to_suppose_something_of_what_they_know(harbor: World) -> None:
    answer = (await harbor.command(CHEN, "suppose the sky falls"))["text"]
    assert "“what if" in answer
    assert "what if internal work" not in answer


async def test_a_guest_who_presses_the_vote_of_somebody_internal_reads_no_name(harbor: World) -> None:
    await harbor.command(ANA, "poll by friday")
    head = next(each["text"] for each in await harbor.from_bot() if "roles answered" in each["text"])
    assert "… Integration engineer: no answer yet" in head
    assert "Integration engineer: somebody who is not named" in (await harbor.command(CHEN, "roles"))["text"]
    bens = "harbor 1 2"
    ts = next(each["ts"] for each in await harbor.from_bot() if f'"{bens}"' in told(each))
    await harbor.press(CHEN, "gonogo_vote_no_go", channel=CHANNEL, ts=ts, value=bens)
    answer = (await harbor.from_bot(user=CHEN))[-1]
    assert "not yours to give" in answer["text"]
    assert is_clean(told(answer))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("add Lamps hung", "members of the team"),
        ("due feed 12 March", "members of the team"),
        (f"own training <@{ANA}>", "members of the team"),
        ("settings digest.at 08:30", "Ana Duarte"),
        ("settings", "guest"),
        ("permissions", "guest"),
        ("internal feed", "guest"),
        ("reminders", "guest"),
        ("signals", "guest"),
        ("agenda", "guest"),
        ("notes", "guest"),
        ("new north North", "guest"),
        ("waive training later", "Ana Duarte"),
        ("poll", "Ana Duarte"),
        ("summary", "guest"),
    ],
)
async def test_what_a_guest_may_not_is_refused_with_who_may(harbor: World, line: str, said: str) -> None:
    before = await plan(harbor)
    answer = await harbor.command(CHEN, line)
    assert said in answer["text"]
    assert is_clean(told(answer))
    assert await plan(harbor) == before


async def test_a_guest_who_decides_may_what_the_decider_may_and_reads_no_more(harbor: World) -> None:
    for line in ("waive training the pilots know it", "poll by friday"):
        assert is_clean(told(await harbor.command(DITA, line)))
    assert (await plan(harbor)).item["training"].status == "waived"
    thread = await harbor.from_bot()
    assert any("go or no-go" in told(message) for message in thread)
    seen = [told(message) for message in thread[-8:] if message.get("ephemeral_to", DITA) == DITA]
    assert [text for text in seen if not is_clean(text)] == []


async def test_a_guest_says_what_holds_something_up_and_confirms_what_is_theirs(harbor: World) -> None:
    assert "B2" in (await harbor.command(DITA, "block training no room"))["text"]
    await harbor.command(DITA, "validate berths read the list")
    assert (await plan(harbor)).item["berths"].status == "validated"


async def test_in_a_channel_with_a_guest_a_member_reads_what_all_may_and_more_at_a_press(
    harbor: World,
) -> None:
    answer = await harbor.command(ANA, "before")
    assert "People from outside are in this channel" in answer["text"]
    assert is_clean(told(answer))
    ts = (await harbor.from_bot(user=ANA))[-1]["ts"]
    await harbor.press(ANA, "internally_before", channel=CHANNEL, ts=ts)
    assert SECRET[:10] in told((await harbor.from_bot(user=ANA))[-1])
    assert harbor.app is not None
    guest, where = Actor(harbor.slack.state.team.id, DITA), Where(channel=CHANNEL)
    question = Question(about="before", audience=Audience.TEAM)  # as if they had pressed it
    assert is_clean(harbor.app.tracker.answer(guest, where, question).answer.text)


async def test_a_question_said_in_the_channel_is_answered_as_all_may_read_it(harbor: World) -> None:
    await harbor.say(ANA, f"<@{harbor.slack.state.app.bot_user}> what must happen before go-live?")
    await harbor.say(ANA, f"<@{harbor.slack.state.app.bot_user}> what is blocked?")
    for answer in (await harbor.from_bot(user=ANA))[-2:]:
        assert is_clean(told(answer))


async def test_what_golive_says_in_the_channel_by_itself_names_nothing_internal(harbor: World) -> None:
    before = len(await harbor.from_bot())
    await harbor.pass_time("2d")
    await harbor.command(ANA, "view on")
    await harbor.command(ANA, "before")
    ts = (await harbor.from_bot(user=ANA))[-1]["ts"]
    await harbor.press(ANA, "post_answer", channel=CHANNEL, ts=ts)
    posted = (await harbor.from_bot())[before:]
    assert any("gates open" in told(message) for message in posted)
    assert all(is_clean(told(message)) for message in posted)
    answer = await harbor.command(ANA, f"item {HIDDEN}", channel="C0LOUNGE")
    assert SECRET in answer["text"]


async def test_an_internal_item_is_not_posted_where_a_guest_reads(harbor: World) -> None:
    assert harbor.app is not None
    lead, where = Actor(harbor.slack.state.team.id, ANA), Where(project="harbor", direct=True)
    with pytest.raises(Refused, match="is internal"):
        harbor.app.tracker.post(lead, where, Question(about="item", key=HIDDEN), "1")


async def test_what_is_posted_carries_no_internal_name_in_its_buttons(harbor: World) -> None:
    assert harbor.app is not None
    lead, where = Actor(harbor.slack.state.team.id, ANA), Where(project="harbor", direct=True)
    harbor.app.tracker.post(lead, where, Question(about="before", key=HIDDEN), "1")
    harbor.app.delivery.wake.set()
    await harbor.settle()
    posted = (await harbor.from_bot())[-1]
    assert "ask_gates" in told(posted)
    assert is_clean(told(posted))


async def test_a_guest_is_told_of_their_own_work_in_words_they_may_read(harbor: World) -> None:
    await harbor.command(BEN, f'done feed "runs, see {HIDDEN}"')
    await harbor.pass_time("3d")
    written = await harbor.direct(DITA)
    assert written
    assert all(is_clean(told(message)) for message in written)


async def test_a_reminder_about_what_became_internal_is_emptied(harbor: World) -> None:
    reminder = next(m for m in await harbor.direct(DITA) if "Berth list agreed" in m["text"])
    await harbor.command(ANA, "internal berths", channel="C0LOUNGE")
    after = next(m for m in await harbor.direct(DITA) if m["ts"] == reminder["ts"])
    assert "waits for you no more" in after["text"]
    assert "erth" not in told(after)
    assert "nudge_" not in told(after)
    assert await harbor.refused() == []


async def test_home_shows_a_guest_what_they_may_read(harbor: World) -> None:
    await harbor._post("home", user=DITA)
    await harbor.settle()
    views = await harbor.views(DITA)
    assert "Harbor booking" in told({"views": views})
    assert is_clean(told({"views": views}))


async def test_who_becomes_one_of_the_workspaces_own_reads_everything_and_back(harbor: World) -> None:
    for guest in (DITA, CHEN):
        await harbor._post(f"users/{guest}", is_restricted=False)
    await harbor.settle()
    assert SECRET[:10] in (await harbor.command(DITA, "before"))["text"]
    assert "People from outside" not in (await harbor.command(ANA, "before"))["text"]
    await harbor._post(f"users/{DITA}", is_restricted=True)
    await harbor.settle()
    assert is_clean(told(await harbor.command(DITA, "before")))


async def test_a_guest_who_joins_the_channel_is_known_before_the_next_answer(world: World) -> None:
    await hide(world)
    assert SECRET[:10] in (await world.command(ANA, "before"))["text"]
    await world._post(f"users/{ELI}", is_ultra_restricted=True)
    await world._post(f"channels/{CHANNEL}/join", user=ELI)
    await world.settle()
    assert is_clean(told(await world.command(ELI, "before")))
    assert is_clean(told(await world.command(ANA, "before")))


async def test_who_joins_a_channel_before_it_has_a_project_does_not_pass_for_all_who_are_there(
    world: World,
) -> None:
    await world._post("channels", id="C0QUAY", name="quay", members=[ANA, BEN, CHEN])
    await world._post(f"users/{CHEN}", is_restricted=True)
    with world.store.transaction() as tx:  # golive came there while it did not listen
        tx.set_members(world.slack.state.team.id, "C0QUAY", [])
    await world._post("channels/C0QUAY/join", user=ELI)
    await world.settle()
    with world.store.reading() as tx:
        assert {ANA, BEN, CHEN, ELI} <= tx.members(world.slack.state.team.id, "C0QUAY")
        assert not tx.is_for_the_team(world.slack.state.team.id, "C0QUAY")


async def test_an_open_poll_is_put_for_a_guest_who_joins_and_for_what_becomes_internal(world: World) -> None:
    await hide(world)
    await world.command(ANA, "poll by friday")
    assert not is_clean(told({"said": await world.from_bot()}))
    await world._post(f"users/{ELI}", is_ultra_restricted=True)
    await world._post(f"channels/{CHANNEL}/join", user=ELI)
    await world.settle()
    thread = [m for m in await world.from_bot() if m.get("thread_ts") and not m.get("ephemeral_to")]
    assert len(thread) > 3
    assert all(is_clean(told(message)) for message in thread)
    assert any("Pilots trained" in told(message) for message in thread)
    await world.command(ANA, "internal training", channel="C0LOUNGE")
    thread = [m for m in await world.from_bot() if m.get("thread_ts") and not m.get("ephemeral_to")]
    assert not any("Pilots trained" in told(message) for message in thread)
    assert not any("None of your gates" in told(message) for message in thread), "one that is not shown is"


async def test_who_was_deactivated_may_do_nothing_any_more(world: World) -> None:
    await world.command(BEN, "start feed")
    assert world.app is not None
    world.app.tracker.met(world.slack.state.team.id, {BEN: Belongs.GONE})
    await world.pass_time("2m")
    before = await plan(world)
    for line in ("done feed seen", "before", "add Lamps"):
        assert "deactivated" in (await world.command(BEN, line))["text"]
    await world.say(BEN, "blocker: the buoy is adrift on feed")
    assert await plan(world) == before


async def test_nobody_is_given_work_who_left_and_what_they_have_can_be_changed(world: World) -> None:
    await world._post(f"users/{BEN}", deleted=True)
    await world.settle()
    for line in (
        f"own training <@{BEN}>",
        f"validator training <@{BEN}>",
        f"block training no room owner <@{BEN}>",
    ):
        said = (await world.command(ANA, line))["text"]
        assert "Ben Okoro is no longer active in this workspace" in said, line
    assert "feed" in (await world.command(ANA, "due feed friday"))["text"]
    assert "no longer active" not in (await world.command(ANA, f"own feed <@{ANA}>"))["text"]


async def test_slack_says_who_left_and_golive_knows_it(world: World) -> None:
    await world._post(f"users/{CHEN}", deleted=True)
    await world.settle()
    with world.store.reading() as tx:
        known = tx.belonging(world.slack.state.team.id, CHEN)
    assert known is not None
    assert known.belongs == Belongs.GONE


async def test_nothing_counts_that_somebody_new_does_while_slack_cannot_be_asked_who_it_is(
    world: World,
) -> None:
    await world._post("users", id="U0FINN", name="finn", real_name="Finn Gale")
    await world._post(f"channels/{CHANNEL}/join", user="U0FINN")
    await world.settle()
    await world.pass_time("2m")
    team = world.slack.state.team.id
    with world.store.transaction() as tx:  # as if nobody had heard of the joining
        tx.run(_forgotten(team, "U0FINN"))
    await world.fault("500", method="users.info", times=8)
    before = await plan(world)
    answer = await world.command("U0FINN", "add Lamps hung")
    assert "cannot ask Slack who you are" in answer["text"]
    assert await plan(world) == before
    await world.http.delete("/sandbox/faults")
    await world.pass_time("2m")
    await world.command("U0FINN", "add Lamps hung")
    assert any(item.title == "Lamps hung" for item in (await plan(world)).items)


@pytest.mark.parametrize(("error", "word"), [("missing_scope", "cannot ask"), ("user_not_found", "guest")])
async def test_nobody_is_taken_for_a_guest_because_slack_refuses_to_say(
    world: World, error: str, word: str
) -> None:
    team = world.slack.state.team.id
    with world.store.transaction() as tx:
        tx.run(_forgotten(team, ANA))
    await world.fault("refuse", method="users.info", error=error)
    assert word in (await world.command(ANA, "signals"))["text"]
    known = Tracker(world.store, world.slack.clock.now).belongs(team, ANA)
    assert known is (None if word == "cannot ask" else Belongs.ELSEWHERE)
    again = (await world.command(ANA, "signals"))["text"]
    assert ("signal" in again) is (word == "cannot ask")


async def test_who_slack_refuses_to_tell_of_is_asked_about_again(world: World) -> None:
    await world._post("users", id="U0FINN", name="finn", real_name="Finn Gale")
    await world.fault("refuse", method="users.info", error="missing_scope")
    await world._post(f"channels/{CHANNEL}/join", user="U0FINN")
    await world.settle()
    await world.command("U0FINN", "add Lamps hung")
    assert any(item.title == "Lamps hung" for item in (await plan(world)).items)


def _forgotten(team: str, user: str) -> Any:
    return delete(models.users).where(models.users.c.workspace == team, models.users.c.user == user)


@pytest.mark.parametrize(
    ("user", "belongs"),
    [
        ({"id": "U1"}, Belongs.HERE),
        ({"id": "U1", "team_id": "T1"}, Belongs.HERE),
        ({"id": "U1", "team_id": "T9", "enterprise_user": {"teams": ["T1"]}}, Belongs.HERE),
        ({"id": "U1", "team_id": "T9"}, Belongs.ELSEWHERE),
        ({"id": "U1", "team_id": "T1", "is_stranger": True}, Belongs.ELSEWHERE),
        ({"id": "U1", "team_id": "T1", "is_restricted": True}, Belongs.GUEST),
        ({"id": "U1", "is_restricted": True, "is_ultra_restricted": True}, Belongs.GUEST),
        ({"id": "U1", "deleted": True, "is_restricted": True}, Belongs.GONE),
        ({"id": "U1", "is_bot": True}, Belongs.APP),
        ({"id": "USLACKBOT"}, Belongs.APP),
        ({"id": "U1", "team_id": "T9", "enterprise_user": "odd"}, Belongs.ELSEWHERE),
    ],
)
def test_slacks_words_for_somebody_are_understood(user: dict[str, Any], belongs: Belongs) -> None:
    assert as_said(user, "T1") is belongs


async def test_the_channels_members_are_looked_up_once(harbor: World) -> None:
    asked = [call["args"].get("user") for call in await harbor.calls("users.info")]
    before = {user: asked.count(user) for user in asked}
    for _ in range(3):
        await harbor.command(CHEN, "before")
    again = [call["args"].get("user") for call in await harbor.calls("users.info")]
    assert {user: again.count(user) for user in again} == before


async def a_minute_later(world: World) -> None:
    """Golive is woken, as the machine's clock does once a minute."""
    assert world.app is not None
    world.slack.clock.move(advance=timedelta(minutes=1))
    world.app.delivery.wake.set()
    await world.settle()


async def test_a_project_that_comes_from_the_command_line_is_read_by_its_team_at_once(
    world: World, database_url: str
) -> None:
    team = world.slack.state.team.id
    await world.fault("500", method="conversations.members", times=100)
    with closing(Store(database_url)) as beside:
        text = HARBOR.read_text().replace("C0HARBOR", "C0LOUNGE").replace("harbor", "quay")
        Tracker(beside, world.slack.clock.now).load(text, "quay.yaml", workspace=team, actor="cli:ana")
    await a_minute_later(world)
    with world.store.reading() as tx:
        assert not tx.is_for_the_team(team, "C0LOUNGE")
    await world.http.delete("/sandbox/faults")
    await a_minute_later(world)
    with world.store.reading() as tx:
        assert tx.is_for_the_team(team, "C0LOUNGE")
