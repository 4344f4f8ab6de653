"""The Web API methods this Slack knows; importing this package registers them all."""

from __future__ import annotations

from sandbox.methods import assistant, chat, conversations, files, notes, reactions, users, views, workspace

__all__ = ["assistant", "chat", "conversations", "files", "notes", "reactions", "users", "views", "workspace"]
