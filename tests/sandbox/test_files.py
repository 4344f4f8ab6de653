"""The sandbox takes files in three steps, and lets a block show one once it has looked through it."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.pictures import LOOKED_THROUGH
from tests.sandbox.harbor import Harbor

PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)


async def uploaded(harbor: Harbor, name: str = "plan.png", content: bytes = PNG) -> str:
    """A file that is complete and shared with nobody; its id."""
    slot = await harbor.client.files_getUploadURLExternal(
        filename=name, length=len(content), alt_txt="A plan"
    )
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        assert (await http.post(slot["upload_url"], content=content)).status_code == 200
    await harbor.client.files_completeUploadExternal(files=[{"id": slot["file_id"], "title": "Plan"}])
    return str(slot["file_id"])


def shows(file: str) -> list[dict[str, Any]]:
    return [{"type": "image", "slack_file": {"id": file}, "alt_text": "A plan"}]


async def posting(harbor: Harbor, file: str) -> str:
    """What Slack says to a message that shows this file; nothing when it takes it."""
    post = harbor.client.chat_postMessage(channel="C0QUAY", text="The plan", blocks=shows(file))
    return await harbor.error(post)


async def test_a_description_may_not_be_longer_than_slack_takes(harbor: Harbor) -> None:
    def asked(alt: str) -> Any:
        return harbor.client.files_getUploadURLExternal(filename="plan.png", length=9, alt_txt=alt)

    assert (await asked("x" * 1000))["ok"]
    assert await harbor.error(asked("x" * 1001)) == "alt_txt_too_large"


async def test_a_block_may_show_a_file_a_moment_after_it_was_uploaded(harbor: Harbor) -> None:
    file = await uploaded(harbor)
    assert await posting(harbor, file) == "invalid_blocks"
    harbor.slack.clock.move(advance=LOOKED_THROUGH)
    posted = await harbor.client.chat_postMessage(channel="C0QUAY", text="x", blocks=shows(file))
    assert posted["message"]["blocks"][0]["slack_file"] == {"id": file}


@pytest.mark.parametrize("name", ["plan.pdf", "plan.svg", "plan.txt"])
async def test_only_a_picture_can_be_shown(harbor: Harbor, name: str) -> None:
    file = await uploaded(harbor, name)
    harbor.slack.clock.move(advance=LOOKED_THROUGH)
    assert await posting(harbor, file) == "invalid_blocks"


async def test_a_file_that_is_not_there_or_was_deleted_cannot_be_shown(harbor: Harbor) -> None:
    assert await posting(harbor, "F0NOWHERE") == "invalid_blocks"
    file = await uploaded(harbor)
    harbor.slack.clock.move(advance=LOOKED_THROUGH)
    await harbor.client.files_delete(file=file)
    assert await posting(harbor, file) == "invalid_blocks"


async def test_completing_a_file_twice_does_not_look_through_it_again(harbor: Harbor) -> None:
    file = await uploaded(harbor)
    harbor.slack.clock.move(advance=LOOKED_THROUGH)
    await harbor.client.files_completeUploadExternal(files=[{"id": file}])
    await harbor.client.chat_postMessage(channel="C0QUAY", text="x", blocks=shows(file))


async def test_a_refusal_may_be_ordered_for_messages_with_one_kind_of_block(harbor: Harbor) -> None:
    order = {"kind": "refuse", "method": "chat.postMessage", "having": "divider", "error": "invalid_blocks"}
    await harbor.post("faults", **order)
    await harbor.client.chat_postMessage(channel="C0QUAY", text="x")
    with_it = harbor.client.chat_postMessage(channel="C0QUAY", text="x", blocks=[{"type": "divider"}])
    assert await harbor.error(with_it) == "invalid_blocks"
    await harbor.client.chat_postMessage(channel="C0QUAY", text="x", blocks=[{"type": "divider"}])


async def test_bytes_that_are_lost_on_the_way_can_be_given_again(harbor: Harbor) -> None:
    slot = await harbor.client.files_getUploadURLExternal(filename="plan.png", length=len(PNG))
    await harbor.post("faults", kind="429", method="files.upload", retry_after=7)
    async with httpx.AsyncClient(trust_env=False, verify=False) as http:
        refused = await http.post(slot["upload_url"], content=PNG)
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "7")
        assert (await http.post(slot["upload_url"], content=PNG)).status_code == 200
    await harbor.client.files_completeUploadExternal(files=[{"id": slot["file_id"]}])
