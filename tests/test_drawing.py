"""Is what is drawn a picture that a phone can show, whatever the plan is called?"""

from __future__ import annotations

import asyncio
import os
import pickle
import signal
import struct
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.domain.errors import Invalid, Unavailable
from bot.domain.pictures import around, burnup, timeline
from bot.domain.pictures.values import Burnup, Line, Mark, Moment, Picture, Point, Timeline
from bot.domain.plan import Plan, Status
from bot.domain.readiness import assess
from bot.pictures import album
from bot.pictures import burnup as burnups
from bot.pictures.album import Album
from bot.pictures.canvas import Canvas
from bot.pictures.draughtsman import Draughtsman
from bot.pictures.drawing import drawn
from bot.pictures.scale import Scale
from bot.pictures.scale import around as days_around
from bot.pictures.themes import SIGNS, STROKES, THEMES
from bot.pictures.timeline import _scale as scale_of
from bot.pictures.worker import HEAD
from tests.domain.checklists import MONDAY, blocker, day, gate, project, task

ODD = (
    "$x_1$ and \\frac{1}{2} for $5",
    "בדיקת ה-VPN מול הספק",
    "واجهة المختبر جاهزة",
    "🚀 Cutover ✅ <b>&amp;",
    "实验室接口",
    "A title without an end " * 30,
    "",
)


def sized(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pictures(plan: Plan) -> list[Picture]:
    a = assess(plan, MONDAY)
    middle = plan.items[len(plan.items) // 2]
    return [timeline.timeline(a, None, None), burnup.burnup(a, [], None, None), around.around(a, middle)]


def clinic(count: int, **fields: object) -> Plan:
    return project(
        *(gate(f"g{n}", *([f"g{n - 2}"] if n > 1 else []), area=f"a{n % 9}") for n in range(count))
    )


@pytest.mark.parametrize("count", [0, 1, 5, 40, 200])
def test_a_plan_of_any_size_is_as_wide_as_a_phone_and_not_much_longer(count: int) -> None:
    for picture in pictures(clinic(count)):
        width, height = sized(drawn(picture, "light", "png"))
        assert width == 1080
        assert height < 2600


@pytest.mark.parametrize("title", ODD)
def test_no_title_is_too_odd_to_be_drawn(title: str) -> None:
    plan = clinic(5)
    plan = replace(plan, items=tuple(replace(item, title=title) for item in plan.items))
    for picture in pictures(plan):
        sized(drawn(picture, "dark", "png"))
        ElementTree.fromstring(drawn(picture, "light", "svg"))


@pytest.mark.parametrize("letters", ["Grüße, Łódź, Ωμέγα, Київ", "\U0001f6d8 \U00012000"])
def test_a_letter_that_no_font_has_is_owned_up_to(letters: str) -> None:
    canvas = Canvas(THEMES["light"], 400)
    canvas.fitted(letters, 1_000)
    assert canvas.boxed == ("\U00012000" in letters)


@pytest.mark.parametrize("target", [None, MONDAY, day(-4000), day(4000)])
def test_a_target_may_be_missing_or_far_away(target: object) -> None:
    plan = clinic(6)
    plan = replace(plan, project=replace(plan.project, target_go_live=target))
    for picture in pictures(plan):
        sized(drawn(picture, "light", "png"))


@pytest.mark.parametrize("status", [Status.TODO, Status.VALIDATED, Status.DONE])
def test_a_plan_that_stands_still_or_is_finished_can_be_drawn(status: Status) -> None:
    plan = clinic(6)
    plan = replace(plan, items=tuple(replace(item, status=status) for item in plan.items))
    for picture in pictures(plan):
        sized(drawn(picture, "light", "png"))


def test_an_svg_says_in_words_what_it_shows() -> None:
    picture = pictures(clinic(5))[0]
    root = ElementTree.fromstring(drawn(picture, "light", "svg"))
    assert root.get("role") == "img"
    assert root.findtext("{*}desc") == picture.alt
    assert root.findtext("{*}title") == picture.title


def test_the_same_facts_are_drawn_the_same_to_the_last_byte() -> None:
    picture = pictures(clinic(5))[0]
    for ending in ("png", "svg"):
        assert drawn(picture, "light", ending) == drawn(picture, "light", ending)


def test_light_and_dark_differ_and_nothing_else_is_drawn() -> None:
    picture = pictures(clinic(5))[0]
    assert drawn(picture, "light", "png") != drawn(picture, "dark", "png")
    with pytest.raises(Invalid):
        drawn(picture, "pink", "png")


def test_no_mark_and_no_day_is_told_by_its_colour_alone() -> None:
    for theme in THEMES.values():
        looks = [
            (fill.hatch, fill.face == theme.ground)
            for mark, fill in theme.fills.items()
            if mark is not Mark.GOAL
        ]
        plain = [look for look in looks if look == ("", False)]
        assert len(set(looks)) + len(plain) - 1 == len(looks)
        assert len(plain) == 2  # under way, and closed: which never stand in one picture
    assert (
        len({SIGNS[moment] for moment in Moment})
        == len({STROKES[moment] for moment in Moment})
        == len(Moment)
    )


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
def test_words_stand_out_from_their_ground(theme: object) -> None:
    ground, ink, quiet = (getattr(theme, name) for name in ("ground", "ink", "quiet"))
    assert contrast(ink, ground) >= 7
    assert contrast(quiet, ground) >= 4.5


def contrast(one: str, other: str) -> float:
    def light(color: str) -> float:
        parts = [int(color[n : n + 2], 16) / 255 for n in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    bright, dark = sorted((light(one), light(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("length", [0, 3, 9, 30, 200, 900, 9_000, 20_000, 200_000, 2_000_000])
def test_a_few_days_are_written_under_a_picture_however_long_it_is(length: int) -> None:
    scale = Scale(MONDAY, MONDAY + timedelta(days=length), 0, 1000)
    ticks = list(scale.ticks())
    assert 1 <= len(ticks) <= 6
    assert ticks == sorted(ticks)


def test_a_far_target_does_not_squeeze_the_rest() -> None:
    assert days_around([day(0), day(10)], [day(5), day(900)]) == (day(0), day(10))
    assert days_around([day(0), day(10)], [day(20)]) == (day(0), day(20))


def test_work_that_goes_on_for_years_besides_does_not_squeeze_the_chain() -> None:
    held = blocker(1, "vpn", expected_clear=day(8))  # today is where the waiting begins
    plan = project(gate("vpn", days=3), task("archive", days=400), blockers=[held])
    figure = timeline.timeline(assess(plan, MONDAY), None, None).figure
    assert isinstance(figure, Timeline)
    scale = scale_of(figure, [bar for part in figure.parts for bar in part.bars])
    assert scale.last < day(30)
    assert scale.first == MONDAY
    assert scale_of(figure, list(figure.parts[1].bars)).last > day(365)  # unless there is nothing else


def test_the_range_is_on_the_picture_however_short_the_history() -> None:
    days = {Moment.TODAY: 0, Moment.TARGET: 30, Moment.FORECAST: 29, Moment.P50: 43, Moment.P80: 50}
    scale = burnups._scale(rising(days))
    assert all(scale.holds(day(number)) for number in days.values())


def test_towards_a_target_years_away_a_burn_up_rises_as_slowly_as_it_has_to() -> None:
    figure = rising({Moment.TODAY: 0, Moment.FORECAST: 10, Moment.TARGET: 1_000})
    scale, heights = burnups._scale(figure), burnups._Heights(100, 0.0, 1000.0)
    lines = []

    class Paper(Canvas):
        def __init__(self) -> None:
            self.theme = THEMES["light"]

        def line(self, points: Sequence[tuple[float, float]], *_: Any, **__: Any) -> None:
            lines.append(points[-1])

    burnups._ahead(Paper(), figure, scale, heights)
    forecast, target = lines
    assert forecast == (scale.middle(day(10)), heights.at(100))
    assert target[1] > heights.at(5)


def rising(days: dict[Moment, int]) -> Burnup:
    """A hundred gates, none of them closed, and the marked days."""
    lines = tuple(Line(moment, day(number), moment) for moment, number in days.items())
    return Burnup(title="t", lead="l", points=(Point(MONDAY, 100, 0, 0),), lines=lines)


# ——— in a process of its own


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Draughtsman]:
    found = Draughtsman(lambda: tmp_path)
    yield found
    await found.stop()


async def test_a_picture_is_drawn_once_and_then_only_read(desk: Draughtsman, tmp_path: Path) -> None:
    picture = pictures(clinic(5))[0]
    first = await desk.drawn(picture)
    (file,) = (tmp_path / "pictures").iterdir()
    assert file.read_bytes() == first
    assert file.stat().st_mode & 0o077 == 0
    file.write_bytes(b"as it was kept")
    assert await desk.drawn(picture) == b"as it was kept"


async def test_ten_who_want_pictures_at_once_get_each_their_own(desk: Draughtsman) -> None:
    wanted = [replace(pictures(clinic(3))[0], alt=f"number {n}") for n in range(10)]
    found = await asyncio.gather(*(desk.drawn(picture, "light", "svg") for picture in wanted))
    assert [f"number {n}".encode() in content for n, content in enumerate(found)] == [True] * 10


async def test_a_process_that_was_killed_is_followed_by_another(desk: Draughtsman) -> None:
    first, second, _ = pictures(clinic(5))
    await desk.drawn(first)
    process = desk._process
    assert process is not None
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    sized(await desk.drawn(second))


async def test_killed_in_the_middle_of_a_picture_it_says_that_another_try_may_do(desk: Draughtsman) -> None:
    first, second, _ = pictures(clinic(5))
    await desk.drawn(first)
    process = desk._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    drawing = asyncio.create_task(desk.drawn(second))
    await asyncio.sleep(0)
    while not desk._turn.locked():  # noqa: ASYNC110  # until the order is under way
        await asyncio.sleep(0)
    os.kill(process.pid, signal.SIGKILL)
    with pytest.raises(Unavailable):
        await drawing
    sized(await desk.drawn(second))


async def test_what_cannot_be_drawn_does_not_end_the_process(desk: Draughtsman) -> None:
    picture = pictures(clinic(3))[0]
    with pytest.raises(Exception, match="could not be drawn"):
        await desk.drawn(picture, "pink")
    sized(await desk.drawn(picture))


def test_it_ends_when_nobody_is_there_to_give_orders() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot.pictures.worker"], input=b"", capture_output=True, timeout=60, check=True
    )
    assert done.stdout == b""


def test_whoever_asked_may_be_gone_when_the_picture_is_done() -> None:
    order = pickle.dumps((None, "light", "png"))
    worker = subprocess.Popen(
        [sys.executable, "-m", "bot.pictures.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    with worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert worker.stderr is not None
        worker.stdout.close()
        worker.stdin.write(HEAD.pack(1, len(order)) + order)
        worker.stdin.flush()
        assert worker.stderr.read() == b""


def test_the_bot_itself_never_loads_the_drawing_library() -> None:
    libraries = "('matplotlib', 'numpy', 'PIL')"
    code = f"import sys, bot.app, bot.cli; sys.exit(any(name in sys.modules for name in {libraries}))"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


# ——— what is kept


def test_those_not_looked_at_longest_go_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(album, "MOST_FILES", 3)
    kept = Album(tmp_path)
    for number in range(3):
        kept.keep(f"p{number}", "png", b"x")
        os.utime(tmp_path / f"p{number}.png", (number, number))
    assert kept.find("p0", "png") == b"x"
    kept.keep("p3", "png", b"x")
    assert {file.stem for file in tmp_path.iterdir()} == {"p0", "p2", "p3"}


def test_forgetting_leaves_no_picture(tmp_path: Path) -> None:
    kept = Album(tmp_path / "pictures")
    assert kept.clear() == 0
    kept.keep("p", "png", b"x")
    assert kept.clear() == 1
    assert kept.find("p", "png") is None


def test_a_folder_that_cannot_be_written_costs_time_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    kept = Album(tmp_path / "file")
    kept.keep("p", "png", b"x")
    assert kept.find("p", "png") is None


def test_whatever_is_drawn_otherwise_has_another_name() -> None:
    one, other, _ = pictures(clinic(4))
    names = {
        album.mark(picture, theme, ending)
        for picture in (one, other)
        for theme in THEMES
        for ending in ("png", "svg")
    }
    assert len(names) == 8
    blocked = replace(clinic(4), blockers=(blocker(1, "g0"),))
    assert album.mark(pictures(blocked)[0], "light", "png") != album.mark(one, "light", "png")
