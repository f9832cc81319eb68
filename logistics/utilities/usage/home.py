"""What of use is found by searching."""

from .models import UseProblem


def words_of(problem: UseProblem) -> tuple[str, ...]:
    return (problem.description, str(problem.place))


def detail_of(problem: UseProblem) -> str:
    return f"{problem.get_state_display()} · {problem.description}"[:120]
