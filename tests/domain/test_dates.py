"""What must hold for the day that words mean: said on Monday 23 November 2026, mostly in Chicago."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import dates
from bot.domain.dates import find_date, parse_date, tongues
from bot.domain.errors import Invalid

CHICAGO = ZoneInfo("America/Chicago")
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)


def on(day: str) -> date:
    return date.fromisoformat(day if len(day) == 10 else f"2026-{day}")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("today", "11-23"),
        ("tonight", "11-23"),
        ("eod", "11-23"),
        ("COB", "11-23"),
        ("end of day", "11-23"),
        ("tomorrow", "11-24"),
        ("tmrw", "11-24"),
        ("tommorow", "11-24"),
        ("tomorrow morning", "11-24"),
        ("day after tomorrow", "11-25"),
        ("Friday", "11-27"),
        ("fri", "11-27"),
        ("sat", "11-28"),
        ("by thurs", "11-26"),
        ("Monday", "11-30"),
        ("this Monday", "11-23"),
        ("this Friday", "11-27"),
        ("next Monday", "11-30"),
        ("next Wednesday", "12-02"),
        ("Wednesday next week", "12-02"),
        ("EOD Wednesday", "11-25"),
        ("noon Friday", "11-27"),
        ("eow", "11-27"),
        ("end of the week", "11-27"),
        ("next week", "12-04"),
        ("end of next week", "12-04"),
        ("EOM", "11-30"),
        ("end of month", "11-30"),
        ("next month", "12-31"),
        ("end of November", "11-30"),
        ("end of the quarter", "12-31"),
        ("end of the year", "12-31"),
        ("in 3 days", "11-26"),
        ("3 days", "11-26"),
        ("3d", "11-26"),
        ("two weeks", "12-07"),
        ("in 2 weeks", "12-07"),
        ("in a week", "11-30"),
        ("in 48 hours", "11-25"),
        ("3 working days", "11-26"),
        ("within 5 business days", "11-30"),
        ("in 2 months", "2027-01-23"),
        ("30 Nov", "11-30"),
        ("Nov 30", "11-30"),
        ("November 30th", "11-30"),
        ("30th of November", "11-30"),
        ("Fri 4 Dec", "12-04"),
        ("Friday, December 4th", "12-04"),
        ("4-Dec", "12-04"),
        ("04-Dec-2026", "12-04"),
        ("Dec. 4, 2026", "12-04"),
        ("2026-12-04", "12-04"),
        ("2026/12/04", "12-04"),
        ("20261204", "12-04"),
        ("2026-12-04T09:00", "12-04"),
        ("30.11.", "11-30"),
        ("30.11", "11-30"),
        ("4.12.2026", "12-04"),
        ("30/11", "11-30"),
        ("11/30", "11-30"),
        ("Tue 12/1 22:00 ET", "12-01"),
        ("30-11-2026", "11-30"),
        ("the 4th", "12-04"),
        ("the 30th", "11-30"),
        ("23rd", "11-23"),
        ("15 Jan", "2027-01-15"),
        ("29 Feb", "2028-02-29"),
        ("viernes", "11-27"),
        ("mañana", "11-24"),
        ("pasado mañana", "11-25"),
        ("30 de noviembre", "11-30"),
        ("el 4 de diciembre de 2026", "12-04"),
        ("dentro de dos semanas", "12-07"),
        ("vendredi", "11-27"),
        ("demain", "11-24"),
        ("après-demain", "11-25"),
        ("le 4 décembre", "12-04"),
        ("dans 3 jours", "11-26"),
        ("fin du mois", "11-30"),
        ("Freitag", "11-27"),
        ("morgen", "11-24"),
        ("übermorgen", "11-25"),
        ("nächsten Mittwoch", "12-02"),
        ("30. November", "11-30"),
        ("in zwei Wochen", "12-07"),
        ("Monatsende", "11-30"),
        ("4 grudnia", "12-04"),
        ("  “Friday”. ", "11-27"),
    ],
)
def test_words_typed_as_a_date_mean_one_day(words: str, day: str) -> None:
    assert parse_date(words, MONDAY, CHICAGO) == on(day)


@pytest.mark.parametrize(
    ("words", "zone", "day"),
    [
        ("12/4", "America/Chicago", "12-04"),
        ("12/4", "Europe/Berlin", "2027-04-12"),
        ("12/4", "Asia/Kolkata", "2027-04-12"),
        ("12/4", "America/Sao_Paulo", "2027-04-12"),
        ("12/25", "Europe/Berlin", "12-25"),
        ("25/12", "America/New_York", "12-25"),
    ],
)
def test_of_two_numbers_the_zone_says_which_is_the_month_unless_only_one_can_be(
    words: str, zone: str, day: str
) -> None:
    assert parse_date(words, MONDAY, ZoneInfo(zone)) == on(day)


def test_today_is_the_day_where_the_speaker_is() -> None:
    late = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # still Monday evening in Chicago
    assert parse_date("today", late, CHICAGO) == on("11-23")
    assert parse_date("today", late, ZoneInfo("Asia/Kolkata")) == on("11-24")
    assert parse_date("Tuesday", late, CHICAGO) == on("11-24")
    assert parse_date("Tuesday", late, BERLIN) == on("12-01")


def test_a_weekday_on_the_weekend_counts_weeks_from_monday() -> None:
    sunday = datetime(2026, 11, 29, 15, 0, tzinfo=UTC)
    assert parse_date("Wednesday", sunday, CHICAGO) == on("12-02")
    assert parse_date("next Wednesday", sunday, CHICAGO) == on("12-02")
    assert parse_date("end of week", sunday, CHICAGO) == on("12-04")
    assert parse_date("next week", sunday, CHICAGO) == on("12-04")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("", "Say the day."),
        ("   ", "Say the day."),
        ("soon", "I found no date in “soon”."),
        ("asap", "I found no date"),
        ("the vpn", "I found no date"),
        ("2", "I found no date"),
        ("\x00\x01", "I found no date"),
        ("31 Nov", "There is no such day as “31 Nov”."),
        ("2026-13-01", "There is no such day"),
        ("2026-11-02", "Mon 2 Nov 2026 is in the past; today is Mon 23 Nov 2026."),
        ("20 Nov", "Fri 20 Nov 2026 is in the past"),
        ("last Friday", "Fri 20 Nov 2026 is in the past"),
        ("yesterday", "Sun 22 Nov 2026 is in the past"),
        ("2099-01-01", "Check the year."),
        ("30 Nov or 4 Dec", "names 2026-11-30 and 2026-12-04. Write one day."),
        ("in 9999 months", "There is no such day"),
    ],
)
def test_what_is_no_date_is_refused_with_what_to_write(words: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_date(words, MONDAY, CHICAGO)
    assert says in str(refused.value)
    assert len(str(refused.value)) < 300


def test_a_day_in_the_past_may_be_allowed() -> None:
    assert parse_date("20 Nov", MONDAY, CHICAGO, allow_past=True) == on("11-20")
    assert parse_date("2026-01-31", MONDAY, CHICAGO, allow_past=True) == on("01-31")


@pytest.mark.parametrize(
    ("text", "day", "words"),
    [
        ("waiting for legal by Friday", "11-27", "by Friday"),
        ("vpn down, expected 30 Nov, sorry", "11-30", "expected 30 Nov"),
        ("the certificate clears Dec 1", "12-01", "clears Dec 1"),
        ("ETA: next Wednesday", "12-02", "ETA: next Wednesday"),
        ("done by EOD Wednesday I hope", "11-25", "by EOD Wednesday"),
        ("the cutover call is a week from Wednesday", "12-02", "is a week from Wednesday"),
        ("training a fortnight on Thursday", "12-10", "a fortnight on Thursday"),
        ("they come on Tuesday week", "12-01", "on Tuesday week"),
        ("das BAA kommt Montag in einer Woche", "12-07", "Montag in einer Woche"),
        ("I'll test it first thing tomorrow", "11-24", "first thing tomorrow"),
        ("will send it after lunch", "11-23", "after lunch"),
        ("rehearsal is Monday the 7th", "12-07", "is Monday the 7th"),
        ("call moved, 9am tomorrow", "11-24", "9am tomorrow"),
        ("lo tendremos a finales de mes", "11-30", "finales de mes"),
        ("we'd do that on Friday, this week Friday", "11-27", "on Friday"),
        ("will do that next week Friday", "12-04", "next week Friday"),
        ("due 4 Dec", "12-04", "due 4 Dec"),
        ("until 2pm Friday", "11-27", "until 2pm Friday"),
        ("blocked since Monday, ETA Thursday", "11-26", "ETA Thursday"),
        ("asked on Tuesday, they promised it for Friday", "11-27", "promised it for Friday"),
        ("waiting on Ben, Friday", "11-27", "Friday"),
        ("waiting for the certificate (30 Nov)", "11-30", "30 Nov"),
        ("should land tomorrow", "11-24", "tomorrow"),
        ("Ben is back Monday", "11-30", "is back Monday"),
        ("pushed to 4 Dec", "12-04", "pushed to 4 Dec"),
        ("need the mapping EOM", "11-30", "EOM"),
        ("ready in two days", "11-25", "in two days"),
        ("by 12/4", "12-04", "by 12/4"),
        ("the window is Tue 12/1 22:00 ET", "12-01", "is Tue 12/1 22:00 ET"),
        ("bis 30.11. fertig", "11-30", "bis 30.11."),
        ("d'ici vendredi", "11-27", "d'ici vendredi"),
        ("para el viernes", "11-27", "para el viernes"),
        ("on the 4th, they say", "12-04", "on the 4th"),
        ("by May 4", "2027-05-04", "by May 4"),
        ("fixed by sat", "11-28", "by sat"),
        ("was due by 13 Nov, now until 4 Dec", "12-04", "until 4 Dec"),
        ("by 20 Nov", "11-20", "by 20 Nov"),
    ],
)
def test_a_sentence_says_by_when(text: str, day: str, words: str) -> None:
    found = find_date(text, MONDAY, CHICAGO)
    assert found is not None
    assert (found.day, found.words) == (on(day), words)
    assert text[slice(*found.span)].strip(" (") == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "blocked on release 2.0",
        "version 2.1. is broken",
        "port 6661 on 10.2.3.4",
        "call at 14:30",
        "PROJ-12 and build 2026.11.24.3",
        "24/7 support is missing",
        "we support 24/7",
        "it may 2x the load",
        "we may 4 times a day",
        "march 4 people to the room",
        "in a second",
        "the second attempt",
        "he sat on it",
        "mon agent is down",
        "Sun hardware is late",
        "since Monday",
        "the tunnel went down on Friday",
        "down since 20 Nov",
        "asked on Tuesday, no answer",
        "they told us on Monday that it is broken",
        "412/420 messages pass",
        "3/4 done",
        "no access today",
        "the demo tomorrow and the tunnel is down",
        "the Friday demo has no data",
        "due to Friday's outage",
        "every Monday",
        "Fridays are bad",
        "last Friday",
        "until further notice",
        "after Friday",
        "by early next week",
        "week of Jan 16",
        "first week of Dec",
        "on the 2nd floor",
        "the 1st attempt",
        "moved by two days",
        "keep it for 2 weeks after go-live",
        "Guten Morgen, die VPN ist weg",
        "esta mañana no hay acceso",
        "see https://example.org/2026-12-04/notes",
        "file-2026-11-30.log",
        "by 5pm",
        "not fixed by then",
        "I will be there soon",
    ],
)
def test_what_only_looks_like_a_date_or_is_told_of_is_none(text: str) -> None:
    assert find_date(text, MONDAY, CHICAGO) is None


@given(st.text(max_size=200))
def test_any_text_has_a_date_or_none_and_breaks_nothing(text: str) -> None:
    found = find_date(text, MONDAY, CHICAGO)
    assert found is None or 0 <= found.span[0] < found.span[1] <= len(text)


def test_a_very_long_text_is_read_to_its_end() -> None:
    for part in ("by ", "1/", "12 ", "Dec ", "2026-", "eod ", "in 3 ", "the ", "mon ", " ", ".", "was "):
        found = find_date((part * 40_000)[:40_000], MONDAY, CHICAGO)
        assert found is None or found.words.strip()
        with contextlib.suppress(Invalid):
            parse_date((part * 40_000)[:40_000], MONDAY, CHICAGO)


def test_what_reads_other_languages_is_loaded_only_for_words_that_need_it() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    tongues._tongues.cache_clear()
    for words in ("", "tomorrow", "2027-03-10", "in 3 days", "10 March", "nonsense", "x" * 41 + " 1"):
        dates.ready_for(words, now)
    assert tongues._tongues.cache_info().currsize == 0
    dates.ready_for("3 maaliskuuta", now)
    assert tongues._tongues.cache_info().currsize == 1


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12/4", date(2026, 12, 4)),
        ("Tue 1/12", date(2026, 12, 1)),
        ("4/12", date(2026, 12, 4)),
        ("13/1", date(2027, 1, 13)),
    ],
)
def test_where_the_zone_tells_no_place_the_nearer_day_is_meant(words: str, day: date) -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("UTC"))
    assert dates.parse_date(words, now, ZoneInfo("UTC")) == day


def test_a_couple_of_days_are_two() -> None:
    now = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Europe/Berlin"))
    found = dates.find_date("will be done in a couple of days", now, ZoneInfo("Europe/Berlin"))
    assert found is not None
    assert found.day == date(2026, 11, 25)
