"""A Slack on your own machine: its Web API, its events, its people, its clock, and its bad days."""

from __future__ import annotations

from sandbox.errors import Impossible
from sandbox.faults import Fault
from sandbox.limits import Limits
from sandbox.sandbox import Sandbox

__all__ = ["Fault", "Impossible", "Limits", "Sandbox"]
