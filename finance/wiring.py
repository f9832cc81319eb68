"""What finance registers with the platform, one part per folder, read by `manage.py wiring`."""


def register() -> None:
    from .acceptance import wiring as acceptance
    from .aid import wiring as aid
    from .budget import wiring as budget
    from .calendar import wiring as calendar
    from .claim import wiring as claim
    from .contract import wiring as contract
    from .disclosure import wiring as disclosure
    from .fee import wiring as fee
    from .journal import wiring as journal
    from .order import wiring as order
    from .purchase import wiring as purchase
    from .workstudy import wiring as workstudy

    for part in (budget, journal, purchase, order, contract, fee, aid, workstudy, claim, acceptance, disclosure, calendar):
        part.register()
