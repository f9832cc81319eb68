"""Steps of a chain as plain data, and who there is to sign them. Nothing here reads the database."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from enum import StrEnum


class Who(StrEnum):
    """How the people of a step are found."""

    POST = "post"
    ROLE = "role"
    PEOPLE = "people"
    HEAD = "head"
    CHOICE = "choice"


WHO_LABELS = {
    Who.ROLE: "某个角色",
    Who.POST: "某个岗位",
    Who.PEOPLE: "指定的人",
    Who.HEAD: "申请人部门的负责人",
    Who.CHOICE: "申请人自己选",
}


class Mode(StrEnum):
    """How many of a step's people must agree."""

    ONE = "one"
    SOME = "some"
    ALL = "all"


MODE_LABELS = {Mode.ONE: "一个人同意就行", Mode.SOME: "至少几个人同意", Mode.ALL: "全部同意"}


@dataclass(frozen=True)
class Step:
    """One step of a chain. `source` is "role:principal" or "post:3" where `who` asks for one; `escalate` is such an address, too, or empty.

    `hours` are working hours until the reminder, 0 for none; as many again later the step goes to `escalate`.
    `minutes` asks for the paper of the meeting before anybody agrees.
    """

    name: str
    who: str = Who.ROLE
    source: str = ""
    people: tuple[int, ...] = ()
    mode: str = Mode.ONE
    least: int = 1
    hours: int = 0
    escalate: str = ""
    minutes: bool = False

    def as_row(self) -> dict:
        return asdict(self) | {"people": list(self.people)}


STEP_FIELDS = {each.name for each in fields(Step)}


def step_of(row: Mapping) -> Step:
    """The step kept in a version's list; keys it does not know are left out."""
    known = {name: value for name, value in row.items() if name in STEP_FIELDS}
    return Step(**known | {"people": tuple(known.get("people", ()))})


@dataclass(frozen=True)
class People:
    """Everybody who could be asked: ids only, so that a thousand plans cost no query.

    `roles` and `posts` hold active people in order of name; `heads` is department -> its head.
    """

    names: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    posts: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    heads: Mapping[int, int] = field(default_factory=dict)
    role_names: Mapping[str, str] = field(default_factory=dict)
    post_names: Mapping[int, str] = field(default_factory=dict)

    def at(self, address: str) -> tuple[int, ...]:
        """Who is behind "role:vice" or "post:3"; nobody for an empty or unknown address."""
        kind, _, key = address.partition(":")
        if kind == "role":
            return self.roles.get(key, ())
        return self.posts.get(int(key), ()) if kind == "post" and key.isdecimal() else ()

    def words(self, address: str) -> str:
        kind, _, key = address.partition(":")
        if kind == "role":
            return self.role_names.get(key, key)
        return self.post_names.get(int(key), "已经没有的岗位") if kind == "post" and key.isdecimal() else ""

    def name(self, pk: int) -> str:
        return self.names.get(pk, "不在职的人")


@dataclass(frozen=True)
class PlannedStep:
    """A step with the people it would ask. `trouble` says why it can never be signed; empty when it can.

    `needed` of `people` must agree. `candidates` are those the applicant may choose from, where the choice is still to be made.
    `passed` is true when the step fell to its escalation because nobody else was left.
    """

    n: int
    step: Step
    people: tuple[int, ...]
    needed: int
    words: str
    candidates: tuple[int, ...] = ()
    passed: bool = False
    trouble: str = ""

    @property
    def name(self) -> str:
        return self.step.name


@dataclass(frozen=True)
class SignatureRow:
    """One line of a printed form: the step, who signed, when, what they said, the drawn signature as SVG with its digest."""

    step: str
    name: str
    at: datetime | None
    act: str
    opinion: str = ""
    mark: str = ""
    mark_digest: str = ""
    stands_for: str = ""
