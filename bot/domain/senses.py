"""How is each thing that can be asked called: in a button, in an explanation, in the docs?"""

from __future__ import annotations

from collections.abc import Mapping

# By intent and topic, each as the question it stands for.
SENSES: Mapping[tuple[str, str], str] = {
    ("before_golive", ""): "what must happen before go-live?",
    ("before_golive", "startable"): "what can be started now?",
    ("before_golive", "after"): "what comes after go-live?",
    ("readiness", ""): "are we ready, and will we make the date?",
    ("readiness", "earliest"): "which date is the earliest?",
    ("readiness", "recover"): "how much has to be won back?",
    ("readiness", "contradictions"): "what contradicts itself?",
    ("readiness", "signals"): "what looks like trouble?",
    ("readiness", "waived"): "what is waived, and until when?",
    ("blockers", ""): "what is blocked?",
    ("owner_of", ""): "who has it?",
    ("owner_of", "stand_in"): "who could stand in?",
    ("items_of", ""): "what is with whom?",
    ("items_of", "away"): "who is away?",
    ("items_of", "to_validate"): "what is to be confirmed by whom?",
    ("overdue", ""): "what is overdue?",
    ("due_window", ""): "what is due then?",
    ("waiting_on", ""): "on whom does it wait?",
    ("assumptions", ""): "which assumptions are open?",
    ("assumptions", "overdue"): "which assumptions are overdue?",
    ("assumptions", "undated"): "which assumptions have no date?",
    ("assumptions", "unowned"): "which assumptions has nobody?",
    ("changes", ""): "what changed?",
    ("changes", "dates"): "which dates moved?",
    ("critical_path", ""): "what sets the date?",
    ("critical_path", "slack"): "how much slack is there?",
    ("critical_path", "single_points"): "what hangs on one person?",
    ("whatif", ""): "what if?",
    ("unowned", ""): "what has no owner?",
    ("unowned", "undated"): "what has no date?",
    ("unowned", "no_validator"): "what has nobody to confirm it?",
    ("unverified", ""): "what is done, but not confirmed?",
    ("unverified", "no_evidence"): "what has no evidence?",
    ("history_of", ""): "what happened to it?",
    ("status_of", ""): "how does it stand?",
    ("help", ""): "what can be asked?",
    ("out_of_scope", ""): "nothing that a plan can answer",
}


def sense(intent: str, topic: str = "") -> str:
    """The question that stands for an intent, in its finer sense where that has a name."""
    return SENSES.get((intent, topic)) or SENSES[intent, ""]
