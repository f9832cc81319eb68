"""What notices are about: the groups a person chooses by, what may break the quiet hours, what suits a group chat.

Apps register theirs in wiring.py and name them when they notify.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """`group` is what people choose by; `urgent` goes out at night, too; `for_chats` is about a thing, not a word to one person."""

    name: str
    label: str
    group: str
    urgent: bool = False
    for_chats: bool = False


GENERAL = Subject("general", "其他", "其他")
SYSTEM = Subject("platform.system", "系统自己出的问题", "系统")
_subjects: dict[str, Subject] = {GENERAL.name: GENERAL}


def register(*subjects: Subject) -> None:
    """Make subjects known, in the order in which settings list them."""
    for subject in subjects:
        if subject.name in _subjects:
            raise ValueError(f"subject {subject.name} registered twice")
        _subjects[subject.name] = subject


def subject_for(name: str) -> Subject:
    """The subject; what nobody registered, or no longer, counts as general."""
    return _subjects.get(name, GENERAL)


def all_subjects() -> list[Subject]:
    """In order of registration, the general one last."""
    return [*(subject for subject in _subjects.values() if subject is not GENERAL), GENERAL]


def groups() -> list[str]:
    """The groups in order, each once."""
    return list(dict.fromkeys(subject.group for subject in all_subjects()))


def chat_subjects() -> list[Subject]:
    return [subject for subject in all_subjects() if subject.for_chats]
