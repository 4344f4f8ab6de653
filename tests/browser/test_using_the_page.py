"""What a person does on the page of the sandbox, in a real browser, with a real app answering."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Locator, Page, expect

from sandbox import Sandbox
from tests.browser import gallery
from tests.browser.ward import Ward

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_as(
    page: Page, sandbox: Sandbox, user: str = "U1", channel: str = "C1", more: str = ""
) -> None:
    await page.goto(f"{sandbox.url}/?as={user}&channel={channel}{more}")
    await page.wait_for_selector("body[data-live=yes]")


async def say(page: Page, text: str, box: str = "Message #ward-7") -> None:
    await page.get_by_label(box).fill(text)
    await page.get_by_label(box).press("Enter")


def post_everything(sandbox: Sandbox) -> None:
    """Messages of the app with every kind of block."""
    channel = sandbox.state.channels["C1"]
    for blocks in (gallery.TEXTS, gallery.FIELDS, gallery.TABLES, gallery.CARDS):
        sandbox.slack.post(channel, sandbox.slack.app_message(channel, {"text": "all", "blocks": blocks}))


def script(name: str) -> str:
    """A question to the whole document, written in the browser's language."""
    return (Path(__file__).parent / f"{name}.js").read_text()


def stream(page: Page) -> Locator:
    return page.locator("main .stream")


def last(page: Page) -> Locator:
    return page.locator("main .message").last


async def test_a_newcomer_sees_where_they_are_and_what_to_try(page: Page, sandbox: Sandbox) -> None:
    await page.goto(sandbox.url)
    await expect(page).to_have_url(re.compile(r"\?as=U1&channel=C1$"))
    await expect(page.get_by_role("heading", level=1)).to_have_text("#ward-7")
    await expect(stream(page)).to_contain_text("The VPN is not up yet")
    await expect(page.locator("#now")).to_have_text("Mon 23 Nov 2026, 09:00")
    await expect(page.get_by_text("ward is not connected yet")).to_be_visible()
    await page.get_by_role("button", name="/ward status").click()
    await expect(page.get_by_label("Message #ward-7")).to_have_value("/ward status")
    await expect(page.get_by_label("Message #ward-7")).to_be_focused()


async def test_a_hint_puts_its_words_into_the_box_of_whoever_it_is_for(page: Page, sandbox: Sandbox) -> None:
    await open_as(page, sandbox)
    await page.get_by_role("button", name="As Sam Okafor, who knows").click()
    await expect(page).to_have_url(re.compile("as=U2"))
    await expect(page.get_by_label("Message #ward-7")).to_have_value("blocker: no badge for @dana")
    await expect(page.get_by_text("Then move the clock.")).to_be_visible()
    await expect(page.get_by_role("button", name="Then move the clock.")).to_have_count(0)


async def test_the_banner_goes_when_the_app_connects(page: Page, sandbox: Sandbox) -> None:
    await open_as(page, sandbox)
    banner = page.get_by_text("ward is not connected yet")
    await expect(banner).to_be_visible()
    app = Ward(sandbox)
    await app.connect()
    await expect(banner).to_be_hidden()
    await app.close()
    await expect(banner).to_be_visible()


async def test_what_is_typed_appears_for_everybody_and_at_names_become_mentions(
    page: Page, context: BrowserContext, sandbox: Sandbox, ward: Ward
) -> None:
    other = await context.new_page()
    await open_as(other, sandbox, "U2")
    await open_as(page, sandbox)
    await say(page, "*Please* look, @sam & <team>")
    await expect(last(page).locator(".mention")).to_have_text("@Sam Okafor")
    await expect(last(page).locator("strong").last).to_have_text("Please")
    await expect(last(other)).to_contain_text("Please look, @Sam Okafor & <team>")
    await expect(last(other).locator(".mention-me")).to_be_visible()
    await expect(other.locator("#news")).to_contain_text("Dana Ruiz: Please look")
    assert "<@U2>" in list(sandbox.state.channels["C1"].messages.values())[-1]["text"]


async def test_shift_enter_makes_a_new_line_and_suggestions_complete_names(
    page: Page, sandbox: Sandbox
) -> None:
    await open_as(page, sandbox)
    box = page.get_by_label("Message #ward-7")
    await box.press_sequentially("first @sa")
    await expect(page.get_by_role("option", name="Sam Okafor @sam")).to_be_visible()
    await box.press("Enter")
    await expect(box).to_have_value("first @sam ")
    await box.press("Shift+Enter")
    await box.press_sequentially("second")
    await box.press("Enter")
    await expect(last(page)).to_contain_text("second")
    assert await last(page).locator("br").count() == 1


async def test_the_answer_to_a_command_is_seen_only_by_who_asked(
    page: Page, context: BrowserContext, sandbox: Sandbox, ward: Ward
) -> None:
    other = await context.new_page()
    await open_as(other, sandbox, "U2")
    await open_as(page, sandbox)
    await say(page, "/ward status")
    await expect(last(page)).to_contain_text("Only visible to you")
    await expect(last(page)).to_contain_text("Three steps are open.")
    await expect(page.locator("#status")).to_contain_text("/ward was acknowledged in")
    await other.reload()
    await expect(stream(other)).to_contain_text("The VPN is not up yet")
    await expect(stream(other)).not_to_contain_text("Three steps")


async def test_a_command_nobody_listens_to_is_told_and_the_text_stays(page: Page, sandbox: Sandbox) -> None:
    await open_as(page, sandbox)
    await say(page, "/wrad status")
    await expect(page.locator("#status")).to_contain_text(
        "/wrad is not a command here. The app's commands: /ward."
    )
    await expect(page.get_by_label("Message #ward-7")).to_have_value("/wrad status")
    await say(page, "/ward status")
    await expect(page.locator("#status")).to_contain_text("The app could not be reached")


async def test_pressing_a_button_changes_the_message(page: Page, sandbox: Sandbox, ward: Ward) -> None:
    await open_as(page, sandbox)
    await say(page, "/ward status")
    await page.get_by_role("button", name="Take the first").click()
    await expect(last(page)).to_contain_text("Taken by @Dana Ruiz.")
    await expect(page.get_by_role("button", name="Take the first")).to_have_count(0)


async def test_a_button_that_asks_back_does_nothing_when_the_answer_is_no(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await say(page, "/ward status")
    await page.get_by_role("button", name="Drop it").click()
    dialog = page.get_by_role("dialog", name="Drop it?")
    await dialog.get_by_role("button", name="Keep").click()
    await expect(dialog).to_be_hidden()
    assert ward.heard.empty()
    await page.get_by_role("button", name="Drop it").click()
    await dialog.get_by_role("button", name="Drop", exact=True).click()
    assert (await ward.heard.get())["action_id"] == "drop"


async def test_a_form_tells_what_is_wrong_beside_the_field_and_then_goes_through(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await say(page, "/ward form")
    form = page.get_by_role("dialog", name="Report a blocker")
    what = form.get_by_label("What is in the way?")
    await expect(what).to_be_focused()
    await form.get_by_role("button", name="Report").click()
    required = form.get_by_text("Please complete this required field.")
    await expect(required).to_have_count(3)
    await expect(what).to_be_focused()
    await what.fill("Is it down?")
    await form.get_by_label("Who can clear it?").select_option("Sam Okafor")
    step = form.get_by_role("combobox", name="Which step?")
    await step.press_sequentially("fire")
    await expect(form.get_by_role("option", name="Firewall rule")).to_be_visible()
    await step.press("Enter")
    await expect(form.locator(".chip")).to_contain_text("Firewall rule")
    await form.get_by_label("Next call").fill("2026-12-01T09:30")
    await form.get_by_role("checkbox", name="Late shift").check()
    await form.get_by_role("button", name="Report").click()
    await expect(form.get_by_text("That is a question. Say what is in the way.")).to_be_visible()
    await expect(what).to_have_attribute("aria-invalid", "")
    await what.fill("Port 2575 is closed")
    await form.get_by_role("button", name="Report").click()
    await expect(form).to_be_hidden()
    await expect(last(page)).to_contain_text(
        "Firewall rule is blocked: Port 2575 is closed (@Sam Okafor can clear it)"
    )
    values = await ward.heard.get()
    assert values["moment"]["at"]["selected_date_time"] == 1796139000  # 9:30 in Chicago
    assert [one["value"] for one in values["ways"]["ways"]["selected_options"]] == ["late"]


async def test_escape_closes_a_form_and_the_focus_goes_back(page: Page, sandbox: Sandbox, ward: Ward) -> None:
    await open_as(page, sandbox)
    await say(page, "/ward form")
    form = page.get_by_role("dialog", name="Report a blocker")
    await expect(form).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(form).to_be_hidden()
    await expect(page.get_by_label("Message #ward-7")).to_be_focused()
    assert "U1" not in sandbox.state.modals


async def test_views_stack_and_close_one_by_one_or_all_at_once(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await say(page, "/ward status")
    first, second = (page.get_by_role("dialog", name=name) for name in ("First", "Second"))
    await page.get_by_role("button", name="Details").click()
    await first.get_by_role("button", name="Deeper").click()
    await expect(second).to_be_visible()
    await second.get_by_role("button", name="Back").click()
    await expect(second).to_be_hidden()
    await expect(first).to_be_visible()
    await first.get_by_role("button", name="Deeper").click()
    await second.get_by_role("button", name="Close").click()
    await expect(second).to_be_hidden()
    await expect(first).to_be_hidden()


async def test_a_thread_is_read_and_answered_beside_the_channel(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    message = page.locator("main .message", has_text="The VPN is not up yet")
    await message.hover()
    await message.get_by_role("link", name="Reply in a thread").click()
    thread = page.get_by_role("complementary", name="Thread")
    await say(page, "Asked the network team", "Reply in the thread")
    await expect(thread).to_contain_text("Asked the network team")
    await expect(stream(page)).not_to_contain_text("Asked the network team")
    await expect(message.get_by_role("link", name="1 reply")).to_be_visible()
    await thread.get_by_role("link", name="Close the thread").click()
    await expect(page.get_by_role("complementary", name="What to try first")).to_be_visible()
    await page.go_back()
    await expect(thread).to_contain_text("Asked the network team")


async def test_a_reaction_reaches_the_app_and_can_be_taken_back(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    message = page.locator("main .message", has_text="The VPN is not up yet")
    await message.hover()
    await message.get_by_role("button", name="React to").click()
    await page.get_by_role("button", name="construction").click()
    mine = message.get_by_role("button", name="construction, 1: Dana Ruiz")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await expect(message.get_by_role("link", name="1 reply")).to_be_visible()
    await mine.click()
    await expect(mine).to_have_count(0)


async def test_own_messages_are_edited_and_deleted_and_shortcuts_used(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await say(page, "a typo for @sam & co")
    message = page.locator("main .message", has_text="typo for")
    await message.hover()
    await message.get_by_role("button", name="More about").click()
    await page.get_by_role("button", name="Edit message").click()
    box = page.get_by_label("Edit your message")
    await expect(box).to_have_value("a typo for @sam & co")
    await box.fill("no typo for @sam & co")
    await box.press("Enter")
    await expect(message).to_contain_text("no typo for @Sam Okafor & co")
    await expect(message).to_contain_text("(edited)")
    await message.hover()
    await message.get_by_role("button", name="More about").click()
    await page.get_by_role("button", name="Keep this").click()
    await expect(last(page)).to_contain_text("Kept: no typo")
    message = page.locator("main .message[data-own]")
    await message.hover()
    await message.get_by_role("button", name="More about").click()
    await page.get_by_role("button", name="Delete message").click()
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(page.locator("main .message[data-own]")).to_have_count(0)


async def test_messages_of_others_cannot_be_edited(page: Page, sandbox: Sandbox) -> None:
    await open_as(page, sandbox)
    message = page.locator("main .message", has_text="Good morning")
    await message.hover()
    await message.get_by_role("button", name="More about").click()
    await expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    await expect(page.get_by_role("button", name="Edit message")).to_have_count(0)


async def test_the_home_of_the_app_is_published_when_it_is_opened(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await page.get_by_role("navigation").get_by_role("link", name="ward", exact=True).click()
    await expect(page.locator(".home-view")).to_contain_text("Ward round")
    await page.locator(".home-view").get_by_role("button", name="All gates in order").click()
    assert (await ward.heard.get())["action_id"] == "gates"
    await page.get_by_role("link", name="Messages").click()
    await say(page, "hello", "Message ward")
    await expect(last(page)).to_contain_text("hello")


async def test_moving_the_clock_brings_what_was_due_in_the_persons_own_time(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await say(page, "remind me")
    await expect(last(page)).to_contain_text("remind me")
    await page.get_by_role("button", name="+1 h").click()
    await expect(page.locator("#now")).to_have_text("Mon 23 Nov 2026, 10:00")
    await expect(last(page)).to_contain_text("You asked to be reminded.")
    await page.get_by_role("button", name="to 9:00 tomorrow").click()
    await expect(page.locator("#now")).to_have_text("Tue 24 Nov 2026, 09:00")
    await page.get_by_role("button", name="+3 days").click()
    await expect(page.locator("#now")).to_have_text("Fri 27 Nov 2026, 09:00")
    await expect(page.locator(".day").last).to_have_text("Monday 23 November")


async def test_each_person_reads_times_in_their_own_zone(page: Page, sandbox: Sandbox) -> None:
    await open_as(page, sandbox, "U2")
    await expect(page.locator("main .message", has_text="The VPN").locator("time")).to_have_text("14:30")
    await expect(page.locator("#now")).to_have_text("Mon 23 Nov 2026, 15:00")
    await page.get_by_label("You are").select_option("Dana Ruiz")
    await expect(page).to_have_url(re.compile("as=U1"))
    await expect(page.locator("main .message", has_text="The VPN").locator("time")).to_have_text("08:30")


async def test_what_is_new_elsewhere_is_marked_until_it_was_looked_at(
    page: Page, sandbox: Sandbox, context: BrowserContext
) -> None:
    await open_as(page, sandbox)
    other = await context.new_page()
    await open_as(other, sandbox, "U2", "C2")
    await say(other, "lunch?", "Message #random")
    await expect(page.get_by_role("link", name="random 1 unread")).to_be_visible()
    await page.get_by_role("link", name="random").click()
    await expect(stream(page)).to_contain_text("lunch?")
    await expect(page.locator(".badge")).to_have_count(0)


async def test_half_typed_text_focus_and_place_survive_what_others_do(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    for number in range(40):
        sandbox.people.say("C1", "U2", f"line {number}")
    await open_as(page, sandbox)
    box = page.get_by_label("Message #ward-7")
    await box.press_sequentially("half a sen")
    await page.evaluate("document.querySelector('main .stream').scrollTop = 100")
    _, message = sandbox.people.say("C1", "U2", "something new")
    await expect(page.locator(f'[data-ts="{message["ts"]}"]')).to_be_attached()
    assert await page.evaluate("document.querySelector('main .stream').scrollTop") == 100
    await expect(box).to_have_value("half a sen")
    await expect(box).to_be_focused()
    await page.get_by_role("link", name="random").click()
    await expect(page.get_by_label("Message #random")).to_have_value("")
    await page.get_by_role("link", name="ward-7").click()
    await expect(box).to_have_value("half a sen")


async def test_a_copied_link_leads_to_the_message(page: Page, sandbox: Sandbox) -> None:
    ts = next(iter(sandbox.state.channels["C1"].messages))
    await page.goto(f"{sandbox.url}/archives/C1/p{ts.replace('.', '')}")
    await expect(page.locator(".pointed-at")).to_contain_text("Good morning")


async def test_the_page_works_by_reload_when_nothing_is_pushed(page: Page, sandbox: Sandbox) -> None:
    await page.route("**/page/events*", lambda route: route.abort())
    await page.goto(sandbox.url)
    await say(page, "sent without a stream")
    await expect(last(page)).to_contain_text("sent without a stream")
    sandbox.people.say("C1", "U2", "heard after a reload")
    await page.reload()
    await expect(last(page)).to_contain_text("heard after a reload")


async def test_stopping_does_not_wait_for_open_pages(page: Page, sandbox: Sandbox) -> None:
    await open_as(page, sandbox)
    await asyncio.wait_for(sandbox.stop(), 1)
    await expect(page.locator("body[data-live=no]")).to_be_attached()


# ——— nothing in a message runs


async def test_nothing_in_a_message_runs(page: Page, sandbox: Sandbox, ward: Ward) -> None:
    attacks = [
        "<script>window.hit=1</script>",
        "<img src=x onerror=window.hit=1>",
        '"><svg onload=window.hit=1>',
        "```</pre><script>window.hit=1</script>```",
        "<javascript:window.hit=1|press me>",
        "[press me](javascript:window.hit=1)",
    ]
    for attack in attacks:
        sandbox.people.say("C1", "U3", attack)
    await open_as(page, sandbox, "U3")
    for attack in attacks:
        await say(page, attack)
        await say(page, f"/ward say {attack}")
    await expect(page.locator("main .message")).to_have_count(2 + 3 * len(attacks))
    for link in await stream(page).get_by_text("press me").all():
        await link.click()
    await page.get_by_label("You are").select_option("U1")
    await expect(stream(page)).to_contain_text("<img src=x onerror=window.hit=1>")
    assert await page.evaluate("window.hit") is None
    assert await page.locator("main img, main script, main svg").count() == 0


async def test_the_policy_forbids_scripts_and_styles_in_the_page_itself(page: Page, sandbox: Sandbox) -> None:
    answer = await page.goto(sandbox.url)
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'self';")
    assert "unsafe" not in policy
    inline = await page.evaluate(script("inline"))
    assert inline == 0


async def test_every_kind_of_block_is_drawn_within_the_policy(page: Page, sandbox: Sandbox) -> None:
    post_everything(sandbox)
    await open_as(page, sandbox)
    await expect(page.get_by_text("which this page cannot draw")).to_have_count(1)
    await page.get_by_role("button", name="Show all 5 rows").click()
    await expect(page.get_by_role("row", name="Person 5 15")).to_be_visible()
    await expect(page.locator("svg.plot")).to_have_count(3)


# ——— every window and every way of reading


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
async def test_nothing_sticks_out_of_the_window(
    page: Page, sandbox: Sandbox, width: int, scheme: str
) -> None:
    post_everything(sandbox)
    sandbox.people.say("C1", "U2", "averylongwordwithoutanybreak" * 12)
    sandbox.views.open(
        "U1",
        {
            "type": "modal",
            "title": gallery.plain("Form"),
            "submit": gallery.plain("Send"),
            "blocks": gallery.FORM,
        },
    )
    await page.set_viewport_size({"width": width, "height": 740})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await open_as(page, sandbox)
    await expect(page.get_by_role("dialog", name="Form")).to_be_visible()
    await page.keyboard.press("Escape")
    for selector in ("html", "main .stream", "header.top"):
        over = await page.evaluate(
            "s => { const e = document.querySelector(s); return e.scrollWidth - e.clientWidth }", selector
        )
        assert over <= 0, f"{selector} is {over} px too wide at {width}"


async def test_a_narrow_window_shows_one_pane_at_a_time(page: Page, sandbox: Sandbox, ward: Ward) -> None:
    await page.set_viewport_size({"width": 360, "height": 700})
    await open_as(page, sandbox)
    nav, side = page.get_by_role("navigation"), page.get_by_role("complementary")
    await expect(nav).to_be_hidden()
    await expect(side).to_be_hidden()
    await page.get_by_role("button", name="Channels and people").click()
    await expect(nav).to_be_visible()
    await expect(page.locator("main")).to_be_hidden()
    await page.get_by_role("link", name="random").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("#random")
    await expect(nav).to_be_hidden()
    await page.get_by_role("button", name="Thread and things to try").click()
    await page.get_by_role("button", name="/ward status").click()
    await page.get_by_label("Message #random").press("Enter")
    await expect(last(page)).to_contain_text("Three steps are open.")
    await page.locator("main .message").first.get_by_role("button", name="Details").click()
    await expect(page.get_by_role("dialog", name="First")).to_be_visible()


@pytest.mark.parametrize("width", [360, 390])
async def test_what_is_told_in_passing_leaves_every_button_of_a_phone_in_sight(
    page: Page, sandbox: Sandbox, ward: Ward, width: int
) -> None:
    await page.set_viewport_size({"width": width, "height": 700})
    await open_as(page, sandbox)
    await say(page, "/ward status")
    # In one look: what is told in passing goes away by itself.
    seen = await page.wait_for_function(
        """() => {
            const told = document.querySelector(".status.shown");
            if (!told || !told.textContent.includes("was acknowledged in")) return null;
            const box = told.getBoundingClientRect();
            const all = [...document.querySelectorAll("header.top button")];
            const buttons = all.filter(button => button.getClientRects().length);
            const covered = buttons.filter(button => {
                const other = button.getBoundingClientRect();
                const beside = box.right <= other.left || other.right <= box.left;
                return !beside && box.top < other.bottom && other.top < box.bottom;
            });
            return {buttons: buttons.length, covered: covered.map(b => b.getAttribute("aria-label"))};
        }"""
    )
    found = await seen.json_value()
    assert found["buttons"] > 0
    assert found["covered"] == []


async def test_a_finger_finds_everything_in_one_menu(browser: Browser, sandbox: Sandbox, ward: Ward) -> None:
    phone = await browser.new_context(viewport={"width": 390, "height": 700}, has_touch=True, is_mobile=True)
    page = await phone.new_page()
    await open_as(page, sandbox)
    more = last(page).get_by_role("button", name="More about")
    await more.tap()
    await page.get_by_role("button", name="React").tap()
    await page.get_by_role("button", name="eyes").tap()
    await expect(last(page).get_by_role("button", name="eyes, 1: Dana Ruiz")).to_be_visible()
    await more.tap()
    await page.get_by_role("button", name="Reply in a thread").tap()
    await expect(page.get_by_role("complementary", name="Thread")).to_be_visible()
    await phone.close()


async def test_everything_can_be_done_with_the_keyboard_alone(
    page: Page, sandbox: Sandbox, ward: Ward
) -> None:
    await open_as(page, sandbox)
    await page.locator(".brand").click()
    await page.keyboard.press("Shift+Tab")
    await expect(page.get_by_role("link", name="Skip to the message box")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Message #ward-7")).to_be_focused()
    await page.keyboard.type("/ward status")
    await page.keyboard.press("Enter")
    take = page.get_by_role("button", name="Take the first")
    await expect(take).to_be_visible()
    await page.keyboard.press("Shift+Tab")
    for _ in range(3):
        if await page.evaluate("document.activeElement.textContent.trim()") == "Take the first":
            break
        await page.keyboard.press("Shift+Tab")
    await expect(take).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(last(page)).to_contain_text("Taken by")
    await page.get_by_label("Message #ward-7").focus()
    await page.keyboard.type("/ward form")
    await page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Report a blocker")
    await expect(form.get_by_label("What is in the way?")).to_be_focused()
    for _ in range(40):
        await page.keyboard.press("Tab")
        outside = "!document.activeElement.closest('dialog') && document.activeElement !== document.body"
        assert not await page.evaluate(outside), "the focus left the form"


async def test_every_control_has_a_name_and_every_field_a_label(page: Page, sandbox: Sandbox) -> None:
    post_everything(sandbox)
    await open_as(page, sandbox)
    nameless = await page.evaluate(script("nameless"))
    assert nameless == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_stands_out_from_its_ground(page: Page, sandbox: Sandbox, scheme: str) -> None:
    post_everything(sandbox)
    sandbox.slack.whisper(sandbox.state.channels["C1"], "U1", {"text": "for you, <@U1>, and <@U2>"})
    await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    await open_as(page, sandbox)
    assert await page.evaluate(script("contrast")) == []
