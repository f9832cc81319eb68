"""The ledgers of assets that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

LEDGERS = AppendOnly("assets", {"assets_assetentry": "", "assets_stockmove": ""})
MORE = AppendOnly("assets", {"assets_loanreturn": "", "assets_deskcount": "", "assets_countfind": ""})  # what was found and given back
