"""Accepted goods on their way into the ledger of things or the store room (FIN-05, AST-01, STK-01)."""

from finance.public import AcceptanceLine


class ArrivedLine(AcceptanceLine):
    """A line of an acceptance as the keepers see it, while it waits for its cards or its stock."""

    class Meta:
        proxy = True
        verbose_name = "待建卡入库"
