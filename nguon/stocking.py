"""The desk of cartons and pallets, wired."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from coop.stock.desk import Stock
from ledger.packing import Packing
from ledger.scanning import Known
from ledger.statement.subjects import Role, subject_key

if TYPE_CHECKING:
    from nguon.wiring import Deployment


def open_stock(deployment: "Deployment") -> Stock:
    """The desk of a deployment. What the contract recalls counts where the process watches the chain anyway."""

    def recalled(uris: Collection[str]) -> Collection[str]:
        chain = deployment.__dict__.get("chain")
        by_key = {subject_key(Role.ABOUT, uri): uri for uri in uris}
        found = chain.answer(list(by_key)).recalled if chain is not None else frozenset()
        return [uri for key, uri in by_key.items() if key in found]

    known = Known(
        deployment.log,
        deployment.slots,
        host=deployment.settings.tem_host,
        ancestors=lambda lots: [kin.uri for kin in deployment.lots.ancestors(lots)],
        recalled=recalled,
    )
    signers = deployment.signers
    packing = Packing(
        known, deployment.capture, hosts=lambda org: signers(org) is not None, clock=deployment.clock
    )
    return Stock(deployment.accounts, known, packing, signers, deployment.clock)
