"""For which workspace is what Slack hands over, in whatever shape it comes?"""

from __future__ import annotations

from typing import Any

import pytest

from bot.workspaces import routing

EVENT: dict[str, Any] = {"type": "event_callback", "event": {"type": "message", "channel": "C1"}}


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({**EVENT, "team_id": "T1"}, "T1"),
        ({**EVENT, "team_id": "T2", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({**EVENT, "team_id": "T1", "authorizations": [{"team_id": None, "enterprise_id": "E1"}]}, "T1"),
        ({**EVENT, "team_id": "E1", "context_team_id": "T1", "authorizations": [{"team_id": None}]}, "T1"),
        ({**EVENT, "authorizations": "no list", "team_id": 7}, None),
        ({"command": "/golive", "team_id": "T1"}, "T1"),
        ({"type": "block_actions", "team": {"id": "T1"}, "user": {"id": "U", "team_id": "T2"}}, "T1"),
        ({"type": "block_actions", "team": None, "user": {"id": "U", "team_id": "T1"}}, "T1"),
        ({"type": "view_submission", "team": {"id": "T2"}, "view": {"app_installed_team_id": "T1"}}, "T1"),
        ({"type": "view_submission", "team": None, "user": {}, "view": {"team_id": "T1"}}, "T1"),
        ({"type": "shortcut", "team": "T1"}, "T1"),
        ({"type": "block_actions", "actions": [{"value": "T9"}], "message": {"team": "T9"}}, None),
        ({}, None),
    ],
)
def test_the_installation_is_named_by_slack_and_by_nothing_that_a_button_carries(
    body: dict[str, Any], team: str | None
) -> None:
    assert routing.named_in(body) == team


@pytest.mark.parametrize(
    ("body", "teams"),
    [
        (
            {**EVENT, "authorizations": [{"team_id": "T1"}, {"team_id": "T2"}], "context_team_id": "T9"},
            "T1 T2",
        ),
        ({**EVENT, "team_id": "T1", "context_team_id": "T2", "authorizations": []}, "T1 T2"),
        ({**EVENT, "team_id": "T1", "context_team_id": "T2", "authorizations": [{"team_id": None}]}, "T1 T2"),
        ({**EVENT, "authorizations": None}, ""),
        ({"command": "/golive", "team_id": "T1", "context_team_id": "T2"}, "T1"),
    ],
)
def test_an_event_is_for_every_workspace_it_is_handed_to_by_name(body: dict[str, Any], teams: str) -> None:
    assert " ".join(dict.fromkeys(routing.handed_to(body))) == teams


WHOLE = {"enterprise_id": "E1", "team_id": None, "is_enterprise_install": True}


@pytest.mark.parametrize(
    ("body", "is_its"),
    [
        ({**EVENT, "authorizations": [WHOLE], "team_id": "T1", "enterprise_id": "E1"}, True),
        ({**EVENT, "authorizations": [WHOLE], "team_id": "T1"}, True),
        ({**EVENT, "authorizations": [{**WHOLE, "team_id": "T1"}], "enterprise_id": "E2"}, True),
        ({**EVENT, "authorizations": [WHOLE], "team_id": "T2", "enterprise_id": "E2"}, False),
        ({**EVENT, "authorizations": [WHOLE], "team_id": "T2", "is_ext_shared_channel": True}, False),
        ({"type": "block_actions", "team": None, "channel": {"id": "C1"}, "user": {"team_id": "T2"}}, False),
        ({"type": "shortcut", "team": None, "user": {"team_id": "T1"}}, True),
        ({"command": "/golive", "team_id": "T1", "channel_id": "C1"}, True),
    ],
)
def test_a_workspace_of_whoever_acted_is_not_taken_for_one_of_the_organisation(
    body: dict[str, Any], is_its: bool
) -> None:
    assert routing.is_one_of_its(body, "E1") is is_its


def test_an_organisation_is_found_wherever_its_kind_of_payload_has_it() -> None:
    bodies: list[dict[str, Any]] = [
        {**EVENT, "authorizations": [{"enterprise_id": "E1", "is_enterprise_install": True}]},
        {"type": "block_actions", "enterprise": {"id": "E1"}, "is_enterprise_install": True},
        {"command": "/golive", "enterprise_id": "E1", "is_enterprise_install": "true"},
    ]
    for body in bodies:
        assert routing.organisation_of(body) == "E1"
        assert routing.is_of_a_whole_organisation(body)
    assert not routing.is_of_a_whole_organisation({"command": "/golive", "is_enterprise_install": "false"})


def test_only_an_event_of_a_channel_with_outsiders_is_looked_for_elsewhere() -> None:
    shared = {**EVENT, "is_ext_shared_channel": True}
    assert routing.shared_channel(shared) == "C1"
    assert routing.shared_channel(EVENT) is None
    reaction = {"type": "reaction_added", "item": {"channel": "C2"}}
    assert routing.shared_channel({**shared, "event": reaction}) == "C2"
    assert routing.shared_channel({**shared, "event": {"type": "x", "channel": {"id": "C3"}}}) == "C3"


@pytest.mark.parametrize("at", ["soon", None, 1e30, -1e30, float("nan")])
def test_what_is_no_moment_is_long_ago(at: Any) -> None:
    assert routing.moment_of({"event_time": at}).year == 1970
