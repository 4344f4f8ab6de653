"""What does this Slack do for an app that is an agent: who looks at what, prompts, titles and a status?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.errors import Impossible
from sandbox.state import Channel, Json, Message

if TYPE_CHECKING:
    from sandbox.slack import Slack

STATUS_SECONDS = 120.0  # it goes by itself when no message comes
CHANNEL = "slack#/types/channel_id"


class Agents:
    """The conversations of people with an agent, as its manifest makes it one."""

    def __init__(self, slack: Slack) -> None:
        self._slack = slack
        self._state = slack.state

    @property
    def is_agent(self) -> bool:
        return "agent_view" in self._features

    @property
    def is_assistant(self) -> bool:
        """What agents were called before; an app is one or the other."""
        return "assistant_view" in self._features and not self.is_agent

    @property
    def _features(self) -> Json:
        found: Json = self._state.app.manifest.get("features", {})
        return found

    # ——— what the app says of a conversation

    def status(self, channel: Channel, thread: str, words: str) -> None:
        """An empty one takes it away."""
        statuses = {key: one for key, one in self._of(channel, "statuses").items() if key != thread}
        if words:
            statuses[thread] = {"words": words, "at": self._slack.clock.time()}
        self._put(channel, "statuses", statuses)

    def title(self, channel: Channel, thread: str, words: str) -> None:
        self._put(channel, "titles", {**self._of(channel, "titles"), thread: words})

    def prompts(self, channel: Channel, thread: str, prompts: list[Json], title: object) -> None:
        said = {"title": str(title or ""), "prompts": prompts}
        self._put(channel, "prompts", {**self._of(channel, "prompts"), thread: said})

    def answered(self, channel: Channel, message: Message) -> None:
        """The app said something: what it was at is done."""
        if message.get("thread_ts") in self._of(channel, "statuses"):
            self.status(channel, str(message["thread_ts"]), "")

    # ——— what is shown

    def prompts_of(self, channel: Channel, thread: str) -> Json:
        """The prompts to be offered now: those the app set, else those of its manifest."""
        if not (self.is_agent or self.is_assistant):
            return {"title": "", "prompts": []}
        set_: Json | None = self._of(channel, "prompts").get(thread if self.is_assistant else "")
        view = self._features.get("agent_view" if self.is_agent else "assistant_view", {})
        return set_ or {"title": "", "prompts": list(view.get("suggested_prompts", ()))}

    def title_of(self, channel: Channel, thread: str) -> str:
        return str(self._of(channel, "titles").get(thread, ""))

    def status_of(self, channel: Channel, thread: str) -> str:
        said = self._of(channel, "statuses").get(thread)
        late = said is not None and self._slack.clock.time() - said["at"] > STATUS_SECONDS
        return "" if said is None or late else str(said["words"])

    # ——— what people look at

    def looks_at(self, user: str, channel: Channel | None) -> None:
        """They look at a channel beside the conversation with the agent; None: at nothing."""
        if not self.is_agent:
            raise Impossible("The manifest has no agent_view, so nobody tells the app what people look at.")
        self._state.put_glance(user, channel.id if channel else None)
        direct, _ = self._slack.direct([user, self._state.app.bot_user])
        event = {"type": "app_context_changed", "user": user, "channel": direct.id}
        self._slack.emit({**event, "context": self.context(user)}, None)

    def context(self, user: str) -> Json:
        """What they look at, as events tell it: a channel, whether the app is in it or not."""
        ident = self._state.glances.get(user)
        channel = self._state.channels.get(ident) if ident else None
        if not self.is_agent or channel is None or channel.is_direct:
            return {}
        return {"entities": [{"type": CHANNEL, "value": channel.id, "team_id": self._state.team.id}]}

    def start_thread(self, user: str, channel: Channel | None) -> str:
        """Open the assistant as it was before there were agents: a thread of its own, beside a channel."""
        if not self.is_assistant:
            raise Impossible("The manifest has no assistant_view, so no such thread can be started.")
        direct, _ = self._slack.direct([user, self._state.app.bot_user])
        root = self._slack.app_message(direct, {"text": "New Assistant Thread"})
        self._slack.post(direct, root | {"subtype": "assistant_app_thread", "thread_ts": root["ts"]})
        context = {"channel_id": channel.id, "team_id": self._state.team.id} if channel else {}
        thread = {"user_id": user, "context": context, "channel_id": direct.id, "thread_ts": root["ts"]}
        self._slack.emit({"type": "assistant_thread_started", "assistant_thread": thread}, None)
        return str(root["ts"])

    def _of(self, channel: Channel, name: str) -> Json:
        found: Json = channel.agent.get(name, {})
        return found

    def _put(self, channel: Channel, name: str, value: Json) -> None:
        channel.agent = {**channel.agent, name: value}
        self._state.put_channel(channel)
