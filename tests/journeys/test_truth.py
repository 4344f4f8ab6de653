"""Confirm with evidence, take up again, believe, find out: what do people see, and who else hears of it?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.errors import Invalid
from bot.domain.plan import Assumption, Plan, Status
from bot.tracker import Actor, Tracker, Where
from tests.journeys.world import ANA, BEN, CHANNEL, CHEN, DITA, World

BOT = "<@{}> "


async def plan(world: World) -> Plan:
    with world.store.reading() as tx:
        found = tx.plan(world.slack.state.team.id, "harbor")
    assert found is not None
    return found


async def belief(world: World, id: str = "A1") -> Assumption:
    return next(each for each in (await plan(world)).assumptions if each.id == id)


async def dms(world: World, user: str) -> list[dict[str, Any]]:
    return [m for m in await world.direct(user) if not m.get("ephemeral_to")]


async def told(world: World, user: str) -> str:
    return "\n".join(m["text"] for m in await dms(world, user))


def mention(world: World, words: str) -> str:
    return BOT.format(world.slack.state.app.bot_user) + words


def _undo(answer: dict[str, Any]) -> str:
    elements = [e for block in answer["blocks"] for e in block.get("elements", ())]
    return str(next(e["value"] for e in elements if e.get("action_id") == "undo"))


async def press(world: World, user: str, label: str, message: dict[str, Any]) -> None:
    for block in message["blocks"]:
        for element in block.get("elements", ()) if block["type"] == "actions" else ():
            if (element.get("text") or element.get("placeholder"))["text"] == label:
                await world.press(
                    user,
                    element["action_id"],
                    channel=message["channel"],
                    ts=message["ts"],
                    block_id=block["block_id"],
                    value=element.get("value"),
                )
                return
    raise AssertionError(f"there is no {label}")


async def last_dm(world: World, user: str) -> dict[str, Any]:
    channels = (await world.http.get("/sandbox/channels", params={"user": user})).json()
    ids = [one["id"] for one in channels if one.get("is_im")]
    found = [{**m, "channel": id} for id in ids for m in await world.from_bot(channel=id, user=user)]
    return [m for m in found if not m.get("ephemeral_to")][-1]


# Evidence


async def test_evidence_is_kept_with_who_when_and_where_it_was_said(world: World) -> None:
    await world.say(DITA, mention(world, "validate berths saw the signed list in the harbour office"))
    validation = (await plan(world)).item["berths"].validation
    assert validation is not None
    assert (validation.by, validation.evidence) == ("dita", "saw the signed list in the harbour office")
    assert validation.at is not None
    assert f"/archives/{CHANNEL}/p" in (validation.permalink or "")


async def test_what_is_typed_has_no_link(world: World) -> None:
    await world.command(DITA, "validate berths https://files.example/list.pdf")
    validation = (await plan(world)).item["berths"].validation
    assert validation is not None
    assert (validation.evidence, validation.permalink) == ("https://files.example/list.pdf", None)


async def test_a_file_posted_with_the_words_is_evidence(world: World) -> None:
    files = [{"name": "list.txt", "content": "berth 1, berth 2"}]
    await world._post(
        "messages", user=DITA, channel=CHANNEL, text=mention(world, "validate berths"), files=files
    )
    await world.settle()
    item = (await plan(world)).item["berths"]
    assert item.status is Status.VALIDATED
    assert item.validation is not None
    assert item.validation.evidence
    assert item.validation.evidence.startswith("http")


async def test_evidence_that_does_not_fit_is_refused_and_nothing_changes(world: World) -> None:
    answer = await world.command(DITA, "validate berths " + "log " * 5_000)
    assert "19,999 characters, and at most 10,000 are kept" in answer["text"]
    tracker, who = Tracker(world.store, world.slack.clock.now), Actor(world.slack.state.team.id, DITA)
    with pytest.raises(Invalid, match="at most 10,000 are kept"):
        tracker.validate(who, Where(channel=CHANNEL), "berths", "x" * (10 << 20))
    assert (await plan(world)).item["berths"].status is Status.DONE


async def test_who_confirms_is_asked_with_what_the_owner_showed(world: World) -> None:
    await world.pass_time("1d")
    message = await last_dm(world, DITA)
    assert "Berth list agreed (berths)" in message["text"]
    assert "Evidence: Signed list of 2027-02-20" in message["text"]
    await press(world, DITA, "Confirm", message)
    view = (await world.views(DITA))[-1]
    await world.submit(DITA, view["id"], {"evidence": "saw it"})
    assert (await plan(world)).item["berths"].status is Status.VALIDATED
    assert await world.refused() == []


async def test_whoever_confirmed_what_is_taken_up_again_is_told_once_and_not_who_did_it(world: World) -> None:
    await world.command(DITA, "validate berths saw it")
    await world.command(BEN, "done feed all vessels there")
    await world.command(ANA, "validator feed <@U0DITA>")
    await world.command(DITA, "validate feed saw the vessels")
    before = {user: len(await dms(world, user)) for user in (ANA, BEN, DITA)}
    await world.command(ANA, "reopen berths two berths are missing")
    assert (await plan(world)).item["feed"].status is Status.DONE
    said = (await dms(world, BEN))[-1]["text"]
    assert "Berth list agreed (berths) was opened again" in said
    assert "Ana Duarte: two berths are missing" in said
    assert "Yours, and to be confirmed again: feed." in said
    assert (
        "No longer validated, and yours to confirm again: berths, feed."
        in (await dms(world, DITA))[-1]["text"]
    )
    assert len(await dms(world, ANA)) == before[ANA]
    assert len(await dms(world, BEN)) == before[BEN] + 1
    await world.pass_time("3d")
    assert (await told(world, BEN)).count("was opened again") == 1
    assert await world.refused() == []


async def test_the_history_says_why_it_was_taken_up_again(world: World) -> None:
    await world.command(DITA, "validate berths saw it")
    await world.command(ANA, "reopen berths two berths are missing")
    answer = await world.command(BEN, "item berths")
    assert "two berths are missing" in answer["text"]


# Assumptions


async def test_an_assumption_is_recorded_with_all_that_was_said(world: World) -> None:
    line = (
        "assume The pilots have tablets under training, feed owner <@U0DITA> by 10 Mar "
        "relied on by <@U0BEN> proven by berths"
    )
    answer = await world.command(ANA, line)
    assert "A1 added under `training`, `feed`: “The pilots have tablets”" in answer["text"]
    assert "owner Dita Kova; to be verified by Wed 10 Mar 2027; relied on by Ben Okoro" in answer["text"]
    found = await belief(world)
    assert found.items == ("training", "feed")
    assert (found.owner, found.relied_on_by, found.proven_by) == ("dita", "ben", "berths")
    assert found.verify_by is not None
    listed = await world.command(BEN, "assumptions")
    assert "The pilots have tablets; Dita Kova to verify by Wed 10 Mar, berths shows it" in listed["text"]


async def test_saying_it_again_adds_to_it(world: World) -> None:
    await world.command(ANA, "assume The pilots have tablets under training")
    again = await world.command(ANA, "assume the pilots have tablets")
    assert "That is A1 already" in again["text"]
    await world.command(ANA, "assume The pilots have tablets under feed by 10 Mar")
    assert (await belief(world)).items == ("training", "feed")
    assert len((await plan(world)).assumptions) == 1


async def test_who_is_new_joins_by_being_named_and_another_may_be_named_later(world: World) -> None:
    await world.command(ANA, "assume Power is there owner <@U0ELI>")
    assert (await belief(world)).owner in (await plan(world)).person
    await world.command(ANA, "own A1 <@U0BEN>")
    await world.command(BEN, "due A1 10 Mar")
    found = await belief(world)
    assert (found.owner, str(found.verify_by)) == ("ben", "2027-03-10")


async def test_true_is_quiet(world: World) -> None:
    world.hush()
    await world.command(ANA, "assume The pilots have tablets under training owner <@U0DITA>")
    before = {user: len(await dms(world, user)) for user in (ANA, BEN, CHEN, DITA)}
    answer = await world.command(DITA, "verify A1 counted them")
    assert "A1 is true: “counted them”" in answer["text"]
    await world.pass_time("1d")
    assert {user: len(await dms(world, user)) for user in (ANA, BEN, CHEN, DITA)} == before
    twice = await world.command(ANA, "verify a1 counted them again")
    assert "A1 is known already: found true by Dita Kova on Mon 1 Mar: counted them" in twice["text"]


async def test_a_false_one_opens_again_what_rests_on_it_and_says_how_the_forecast_moved(world: World) -> None:
    await world.command(DITA, "validate berths saw it")
    await world.command(BEN, "done feed all there")
    await world.command(ANA, "validator feed <@U0DITA>")
    await world.command(DITA, "validate feed saw it")
    await world.command(ANA, "waive training they come in April")
    await world.command(CHEN, "assume The list is final under berths by 10 Mar relied on by <@U0BEN>")
    quiet = len(await dms(world, DITA))
    answer = await world.command(DITA, "refute A1 the port adds two")
    assert "A1 is false: “the port adds two”" in answer["text"]
    after = await plan(world)
    assert (after.item["berths"].status, after.item["feed"].status) == (Status.DOING, Status.DONE)
    assert "Forecast: Mon 1 Mar 2027 → Wed 3 Mar 2027, 2 working days later" in answer["text"]
    for user in (ANA, BEN):
        said = (await dms(world, user))[-1]["text"]
        assert "A1 is false: The list is final" in said
        assert "Dita Kova: the port adds two" in said
        assert "berths rests on it." in said
        assert "Forecast: Mon 1 Mar 2027 → Wed 3 Mar 2027, 2 working days later" in said
    assert "Yours, and to be confirmed again: feed." in (await dms(world, BEN))[-1]["text"]
    assert len(await dms(world, DITA)) == quiet
    await world.pass_time("17h")  # morning in Singapore
    assert "Yours, and open again: berths." in await told(world, CHEN)
    twice = await world.command(ANA, "refute A1 again")
    assert "A1 is known already: found false by Dita Kova" in twice["text"]
    assert await world.refused() == []


async def test_what_was_taken_back_before_they_came_to_work_is_not_told(world: World) -> None:
    await world.command(ANA, "waive training they come in April")
    await world.command(CHEN, "assume The list is final under berths")
    answer = await world.command(ANA, "refute A1 a slip")
    project, revision = _undo(answer).split(" ")
    assert (await plan(world)).item["berths"].status is Status.DOING
    Tracker(world.store, world.slack.clock.now).undo(
        Actor(world.slack.state.team.id, ANA), Where(channel=CHANNEL, project=project), int(revision)
    )
    assert (await plan(world)).item["berths"].status is Status.DONE
    assert (await belief(world)).open
    await world.pass_time("1d")
    assert "A1 is false" not in await told(world, CHEN)


async def test_whoever_is_to_find_out_is_reminded_and_answers_in_the_message(world: World) -> None:
    await world.command(ANA, "assume The pilots have tablets under training owner <@U0DITA> by 4 Mar")
    await world.pass_time("1d")
    message = await last_dm(world, DITA)
    assert "The pilots have tablets (A1)" in message["text"]
    assert "to be known by Thu 4 Mar" in message["text"]
    await press(world, DITA, "It's true", message)
    view = (await world.views(DITA))[-1]
    assert view["callback_id"] == "nudge_form_is_true"
    await world.submit(DITA, view["id"], {"evidence": "counted them"})
    assert (await belief(world)).verified
    assert "Found true by Dita Kova" in (await last_dm(world, DITA))["text"]
    assert await world.refused() == []


async def test_one_that_nobody_is_to_find_out_goes_to_the_lead_when_it_is_overdue(world: World) -> None:
    await world.command(BEN, "assume The pilots have tablets under training by 2 Mar")
    await world.pass_time("2d")
    said = await told(world, ANA)
    assert "nobody is to find out" in said
    assert "overdue since Tue 2 Mar" in said


# What is refused


@pytest.mark.parametrize(
    ("user", "line", "said"),
    [
        (ANA, "verify A9 yes", "There is no assumption `A9` here"),
        (ANA, "own A9 me", "There is no assumption `A9` here"),
        (CHEN, "verify A1 yes", "can say whether A1 is true"),
        (DITA, "verify A1", "Say what shows that it is true"),
        (DITA, "refute A1", "Say what shows that it is false"),
        (DITA, "reopen A1 why", "nobody has found out yet"),
        (ANA, "due A1 2026-12-01", "in the past"),
        (ANA, "assume It rains by 2026-12-01", "in the past"),
        (ANA, "assume It rains under nothere", "There is no item `nothere`"),
        (ANA, "assume It rains under berths proven by feed", "wait for each other"),
        (ANA, "assume", "Say what is taken for true"),
        (CHEN, "validator berths <@U0CHEN>", "Chen Wei owns `berths`"),
        (CHEN, "validate berths all fine", "You own `berths`"),
        (BEN, "item A1", "A1 is an assumption"),
    ],
)
async def test_what_cannot_be_is_answered_with_a_sentence(
    world: World, user: str, line: str, said: str
) -> None:
    await world.command(ANA, "assume The pilots have tablets under training owner <@U0DITA>")
    before = await plan(world)
    answer = await world.command(user, line)
    assert said in answer["text"]
    assert await plan(world) == before


async def test_a_message_of_today_shows_what_became_of_it_elsewhere(world: World) -> None:
    first = await last_dm(world, DITA)
    assert "waits for your confirmation" in first["text"]
    await world.command(DITA, "validate berths saw the signed list")
    again = await last_dm(world, DITA)
    assert again["ts"] == first["ts"]
    assert "Dita Kova confirmed it." in again["text"]
    await world.pass_time("1d")
    await world.command(ANA, "reopen berths two are missing")
    texts = {m["ts"]: m["text"] for m in await dms(world, DITA)}
    assert "Dita Kova confirmed it." in texts[first["ts"]]  # yesterday's stays as it was
    assert await world.refused() == []
