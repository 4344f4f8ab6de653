"""What if: a question about what may come, answered on a plan that is never stored."""

from bot.domain.whatif.comparing import compare
from bot.domain.whatif.playing import apply
from bot.domain.whatif.reading import read
from bot.domain.whatif.scenario import Kind, Scenario, Supposition

__all__ = ["Kind", "Scenario", "Supposition", "apply", "compare", "read"]
