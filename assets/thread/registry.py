"""One thread: everything that happened to a card, told by whoever knows it. The page /assets/card/<id>/thread/ puts it in order.

A folder hangs its part on in its wiring, apps above through `assets.public`:

    from assets.thread.registry import Step, parts
    parts.append(loan_steps)

    def loan_steps(card, user) -> list[Step]:  # one query; an address and an amount only where `user` may open the paper
        return [Step(loan.lent_at, "借出", loan.number, f"借给{loan.borrower}", url="", state=…, tone=…) for loan in …]

`cost` is what owning the thing took beside its price (a repair, a part, an inspection), `income` what it brought back (a compensation, the scrap's price);
both in yuan and for the whole card. What a scanned label offers is not here: `logistics.platform.labels.things.offer("assets.assetcard", choices)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Step:
    """One thing that happened: on a day or at a moment, `title` what it was (维修, 借出), `words` a short sentence, `url` empty where there is no page to open."""

    at: date | datetime
    title: str
    number: str = ""
    words: str = ""
    url: str = ""
    state: str = ""
    tone: str = ""
    cost: Decimal | None = None
    income: Decimal | None = None


# (card, user) -> what this part knows of the card, as far as the user may see it. For wiring.py
parts: list[Callable[[object, object], list[Step]]] = []


def steps_of(card, user) -> list[Step]:
    """What all parts tell, in no order."""
    return [step for part in parts for step in part(card, user)]
