"""Slack's mark-up becomes readable HTML, and nothing a message says can become anything else."""

from __future__ import annotations

from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.page import blocks, charts, markdown, mrkdwn
from sandbox.page.blocks import Place
from sandbox.page.reader import Reader, zone
from tests.browser import gallery

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
READER = Reader(
    user="U1",
    zone=zone("America/Chicago"),
    now=NOW,
    users={"U1": "Dana Ruiz", "U2": "Sam <b>Okafor</b>"},
    channels={"C1": "ward-7"},
    home="http://127.0.0.1:8080",
)


def shown(text: str, *, verbatim: bool = True) -> str:
    return str(mrkdwn.render(text, READER, verbatim=verbatim))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("*bold* _italic_ ~gone~", "<strong>bold</strong> <em>italic</em> <s>gone</s>"),
        ("*bold with _italic_ in it*", "<strong>bold with <em>italic</em> in it</strong>"),
        ("snake_case_name and 3*4*5", "snake_case_name and 3*4*5"),
        ("*not closed, and * alone", "*not closed, and * alone"),
        ("`a *b* <c>`", "<code>a *b* &lt;c&gt;</code>"),
        ("before ```two\n*lines*``` after", "before <pre>two\n*lines*</pre> after"),
        ("&gt; said\n&gt; twice\nthen", "<blockquote>said<br>twice</blockquote>then"),
        (">>> all\nthe rest", "<blockquote>all<br>the rest</blockquote>"),
        ("5 &lt; 6 &amp;&amp; 7 &gt; 2", "5 &lt; 6 &amp;&amp; 7 &gt; 2"),
        ("&amp;lt;", "&amp;lt;"),
        ("one\ntwo", "one<br>two"),
        (
            ":construction: :no_such_picture:",
            '<span class="emoji" title=":construction:">🚧</span> :no_such_picture:',
        ),
        ("at 12:30:45", "at 12:30:45"),
    ],
)
def test_a_mark_up_is_shown_as_slack_shows_it(text: str, html: str) -> None:
    assert shown(text) == html


def test_ids_are_shown_as_names_and_a_mention_of_the_reader_stands_out() -> None:
    assert shown("<@U1>") == '<span class="mention mention-me">@Dana Ruiz</span>'
    assert shown("<@U2>") == '<span class="mention">@Sam &lt;b&gt;Okafor&lt;/b&gt;</span>'
    assert shown("<@U9>") == '<span class="mention">@U9</span>'
    assert ">#ward-7</a>" in shown("<#C1>")
    assert ">#somewhere</span>" in shown("<#C9|somewhere>")
    assert "@here" in shown("<!here>")


def test_a_moment_is_shown_in_the_readers_own_zone() -> None:
    stamp = int(datetime(2026, 11, 23, 2, 30, tzinfo=UTC).timestamp())
    assert ">yesterday at 20:30</time>" in shown(f"<!date^{stamp}^{{date_short_pretty}} at {{time}}|later>")
    assert ">2026-11-22</time>" in shown(f"<!date^{stamp}^{{date_num}}|later>")
    assert shown("<!date^never^{date}|later>") == "later"


@pytest.mark.parametrize(
    "address", ["https://example.org/a?b=1&amp;c=2", "http://example.org", "mailto:a@example.org"]
)
def test_links_to_pages_and_letters_can_be_followed(address: str) -> None:
    html = shown(f"<{address}|the *plan*>")
    assert f'href="{address}"' in html
    assert ">the *plan*</a>" in html
    assert 'rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\tscript:alert(1)"),
        *("data:text/html,x", "vbscript:x", "file:///etc/passwd", "//example.org", "https://example.org\x00"),
    ],
)
def test_other_links_are_only_words(address: str) -> None:
    assert "<a" not in shown(f"<{address}|press me>")


def test_a_link_to_a_message_of_this_workspace_stays_in_the_window() -> None:
    html = shown("<http://127.0.0.1:8080/archives/C1/p1700000000000100|that>")
    assert html == '<a href="/?as=U1&amp;channel=C1#m-1700000000.000100">that</a>'
    elsewhere = shown("<http://127.0.0.1:8080.example.org/archives/C1/p1|that>")
    assert 'target="_blank"' in elsewhere


def test_a_bare_shout_counts_only_where_slack_would_count_it() -> None:
    assert "mention" not in shown("tell @everyone")
    assert "mention" in shown("tell @everyone", verbatim=False)


# ——— nothing runs

_TAGS = """
a article aside blockquote br button caption circle code del details div em figcaption figure h3 h4
h5 h6 hr img input label legend li line ol optgroup option p path polygon polyline pre rect s
section select span strong summary svg table tbody td text textarea th thead time tr u ul
"""


class _Watch(HTMLParser):
    """Fails on every tag or attribute that could do something."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in _TAGS.split(), tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in {"style", "srcdoc", "formaction", "http-equiv"}, name
            if name in {"href", "src"}:
                assert str(value).startswith(("https://", "http://", "mailto:", "/")), value
                assert not str(value).startswith("//"), value


def harmless(html: str) -> bool:
    watch = _Watch()
    watch.feed(html)
    watch.close()
    return True


ATTACKS = [
    "<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "<javascript:alert(1)|x>",
    '<https://x.org" onmouseover="alert(1)|x>',
    "<https://x.org|<img src=x onerror=alert(1)>>",
    '<@U1"><script>alert(1)</script>>',
    "<#C1|<b>x</b>>",
    "<!date^1700000000^<script>alert(1)</script>|x>",
    "<!date^1700000000^{date}^javascript:alert(1)|x>",
    "```</pre><script>alert(1)</script>```",
    "`</code><script>`",
    "*<script>*_<script>_~<script>~",
    "</div></article><script>alert(1)</script>",
    "[x](javascript:alert(1)) ![x](https://x.org/x.png) <b onclick=alert(1)>x</b>",
    "| a |\n|:-:|\n| <script>alert(1)</script> |",
    "{{ 7 * 7 }} {% raw %}",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_text_stays_a_text(attack: str) -> None:
    assert harmless(shown(attack))
    assert harmless(shown(attack, verbatim=False))
    assert harmless(str(mrkdwn.plain(attack)))
    assert harmless(str(markdown.render(attack, READER)))
    assert "49" not in shown("{{ 7 * 7 }}")


@given(st.text(alphabet=list("<>&|@#!*_~`:^/ \n\"'=ahjpstx1U{}()[]-.;"), max_size=80))
def test_no_text_at_all_becomes_markup_of_its_own(text: str) -> None:
    assert harmless(shown(text, verbatim=False))
    assert harmless(str(markdown.render(text, READER)))


def _poisoned(value: Any, attack: str) -> Any:
    """The same blocks with the attack in every string but the types."""
    if isinstance(value, dict):
        keep = {"type", "style"}
        return {k: v if k in keep and isinstance(v, str) else _poisoned(v, attack) for k, v in value.items()}
    if isinstance(value, list):
        return [_poisoned(one, attack) for one in value]
    return attack if isinstance(value, str) else value


EVERYTHING = [*gallery.TEXTS, *gallery.FIELDS, *gallery.TABLES, *gallery.CARDS, *gallery.FORM]


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_any_part_of_any_block_stays_a_text(attack: str) -> None:
    place = Place("x", errors={attack: attack})
    assert harmless(str(blocks.render(_poisoned(EVERYTHING, attack), READER, place)))


def test_an_attack_as_the_type_of_a_block_stays_a_text() -> None:
    strange = [{"type": attack, "text": attack} for attack in [*ATTACKS, "__class__", "unknown", "blocks"]]
    html = str(blocks.render(strange, READER, Place("x")))
    assert harmless(html)
    assert html.count("which this page cannot draw") == len(strange)


def test_every_text_of_forty_thousand_characters_is_drawn() -> None:
    for piece in ("*a ", "<", "*a* _b_ ", "`", "> ", "*_~", "```", "<a", "<<a>", "https://", ":a", "- ", "&"):
        assert shown(piece * (40_000 // len(piece)))


# ——— blocks


def test_every_kind_of_block_is_drawn_but_the_ones_nobody_knows() -> None:
    html = str(blocks.render(EVERYTHING, READER, Place("x")))
    assert html.count("which this page cannot draw") == 1
    assert "hologram" in html


@pytest.mark.parametrize("block", EVERYTHING, ids=lambda block: str(block["type"]))
def test_a_block_with_missing_or_strange_parts_never_breaks_the_page(block: dict[str, Any]) -> None:
    for key in block:
        for broken in (None, 3, "x", [], {}, [None], [[None]]):
            html = blocks.render([{**block, key: broken}, gallery.TEXTS[0]], READER, Place("x"))
            assert "Ward round" in html


def test_what_was_entered_stands_in_the_field_again() -> None:
    form = [
        {
            "type": "input",
            "block_id": "b",
            "label": gallery.plain("When"),
            "element": {"type": "datetimepicker", "action_id": "a"},
        },
        {
            "type": "input",
            "block_id": "c",
            "label": gallery.plain("Who"),
            "element": {"type": "users_select", "action_id": "a"},
        },
        {
            "type": "input",
            "block_id": "d",
            "label": gallery.plain("Why"),
            "element": {"type": "plain_text_input", "action_id": "a", "initial_value": "old"},
        },
    ]
    at = int(datetime(2026, 12, 1, 15, 30, tzinfo=UTC).timestamp())
    values = {
        "b": {"a": {"type": "datetimepicker", "selected_date_time": at}},
        "c": {"a": {"type": "users_select", "selected_user": "U1"}},
        "d": {"a": {"type": "plain_text_input", "value": "new & better"}},
    }
    html = str(blocks.render(form, READER, Place("x", values)))
    assert 'value="2026-12-01T09:30"' in html  # Chicago
    assert '<option value="U1" selected>Dana Ruiz' in html
    assert 'value="new &amp; better"' in html


def test_pictures_of_other_places_are_not_fetched() -> None:
    html = str(blocks.render([gallery.CARDS[5]], READER, Place("x")))
    assert "<img" not in html
    assert "The floor plan of ward 7" in html
    own = {"type": "image", "image_url": "http://127.0.0.1:8080/files/F1/x.png", "alt_text": "Chart"}
    assert '<img class="large" src="/files/F1/x.png" alt="Chart">' in blocks.render([own], READER, Place("x"))


@pytest.mark.parametrize(
    "chart",
    [
        {
            "type": "line",
            "series": [{"name": "a", "data": [{"label": "x", "value": -3}, {"label": "y", "value": 4.5}]}],
        },
        {"type": "bar", "series": []},
        {"type": "bar", "series": [{"name": "a", "data": [{"label": "x", "value": 0}]}]},
        {"type": "pie", "segments": [{"label": "all", "value": 5}]},
        {"type": "pie", "segments": [{"label": "none", "value": 0}]},
        {"type": "area", "series": [{"name": "a", "data": [{"label": "x", "value": 1e12}]}]},
    ],
)
def test_a_chart_also_tells_its_numbers(chart: dict[str, Any]) -> None:
    html = str(charts.render(chart))
    assert harmless(html)
    assert "nan" not in html
    for series in chart.get("series", []):
        for point in series["data"]:
            assert f"{point['value']:,.10g}</td>" in html
