"""How far the school is set up: steps registered by the apps, each of which measures itself (ORG-01)."""

from collections.abc import Callable
from dataclasses import dataclass

from logistics.platform.access.rules import has


@dataclass(frozen=True)
class Progress:
    """`part` from 0 to 1, and in words what is there or what is missing."""

    part: float
    words: str


@dataclass(frozen=True)
class Step:
    """One thing to set up. `ask()` looks at the records, so a step is never ticked by hand."""

    key: str
    label: str
    why: str
    icon: str
    url: str
    permission: str
    ask: Callable[[], Progress]
    order: int = 100


@dataclass(frozen=True)
class Standing:
    step: Step
    progress: Progress

    @property
    def percent(self) -> int:
        return int(self.progress.part * 100)  # 99.9 % is not done

    @property
    def is_done(self) -> bool:
        return self.progress.part >= 1

    @property
    def tone(self) -> str:
        return "done" if self.is_done else "doing" if self.progress.part else "wait"


_steps: list[Step] = []


def register(*steps: Step) -> None:
    _steps.extend(steps)
    _steps.sort(key=lambda step: step.order)


def standings() -> list[Standing]:
    """Every step as it stands now, in order."""
    return [Standing(step, step.ask()) for step in _steps]


def percent(found: list[Standing]) -> int:
    """All steps weigh the same; 100 only when every one is done."""
    return int(100 * sum(standing.progress.part for standing in found) / len(found)) if found else 100


def may_see(user) -> bool:
    return any(has(user, step.permission) for step in _steps)


def share(done: int, of: int) -> float:
    return done / of if of else 0.0
