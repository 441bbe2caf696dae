"""The plot schemas: each is a function that tells one story through its beats."""

from __future__ import annotations

from collections.abc import Callable

from ..story import Story
from . import deeds, lessons, losses, makers, quests

PLOTS: dict[str, Callable[[Story], None]] = {
    **losses.PLOTS,
    **lessons.PLOTS,
    **deeds.PLOTS,
    **makers.PLOTS,
    **quests.PLOTS,
}
