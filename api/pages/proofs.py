"""How we know: the commitments behind a verdict, one sentence each. Source: DESIGN §3."""

from datetime import UTC, datetime

from api.pages.context import PageContext
from api.pages.i18n import VIETNAM, Catalogue
from api.pages.model import Evidence, Fact
from api.pages.names import Names
from ledger.proof.target import Target
from ledger.proof.verification import Verification
from ledger.statement.subjects import Role, subject_key


def evidence(
    found: Verification, context: PageContext, names: Names, catalogue: Catalogue
) -> tuple[Evidence, ...]:
    """What was checked against what, innermost first."""
    parts = [
        _entries(found, catalogue),
        _signers(found, names, catalogue),
        _checkpoint(found, catalogue),
        _anchor(found, context, catalogue),
        _contract(found, context, catalogue),
    ]
    return tuple(part for part in parts if part is not None)


def _entries(found: Verification, catalogue: Catalogue) -> Evidence | None:
    facts = tuple(
        Fact(
            catalogue.t("evidence.entry", n=entry.ordinal, i=entry.index),
            entry.statement.commitment.hex() if entry.statement else catalogue.t("story.withheld"),
            mono=entry.statement is not None,
        )
        for entry in found.entries
    )
    if not facts:
        return None
    return Evidence(catalogue.t("evidence.entries.title"), catalogue.t("evidence.entries.body"), facts)


def _signers(found: Verification, names: Names, catalogue: Catalogue) -> Evidence | None:
    used = {entry.signer.kid: entry.signer for entry in found.entries if entry.signer}
    if not used:
        return None
    facts = tuple(
        Fact(f"{names.party_short(key.org)}, {catalogue.t(f'custody.{key.custody}')}", kid, mono=True)
        for kid, key in used.items()
    )
    return Evidence(catalogue.t("evidence.signers.title"), catalogue.t("evidence.signers.body"), facts)


def _checkpoint(found: Verification, catalogue: Catalogue) -> Evidence | None:
    if not found.size:
        return None
    facts = (
        Fact(catalogue.t("evidence.size"), catalogue.number(found.size)),
        Fact(catalogue.t("evidence.root"), found.root.hex(), mono=True),
    )
    return Evidence(catalogue.t("evidence.checkpoint.title"), catalogue.t("evidence.checkpoint.body"), facts)


def _anchor(found: Verification, context: PageContext, catalogue: Catalogue) -> Evidence | None:
    latest, chain = found.chain.latest, context.chain
    if latest is None:
        return None
    made = datetime.fromtimestamp(latest.time, UTC).astimezone(VIETNAM)
    facts = [
        Fact(catalogue.t("evidence.anchored_at"), catalogue.moment(made)),
        Fact(catalogue.t("evidence.size"), catalogue.number(latest.size)),
        Fact(catalogue.t("evidence.root"), latest.root.hex(), mono=True),
    ]
    if chain.anchor_block is not None:
        facts.append(Fact(catalogue.t("evidence.block"), catalogue.number(chain.anchor_block)))
    if chain.anchor_tx:
        facts.append(Fact(catalogue.t("evidence.tx"), chain.anchor_tx, mono=True))
    if found.chain.block is not None:
        facts.append(Fact(catalogue.t("evidence.asked_at"), catalogue.number(found.chain.block)))
    body = catalogue.t("evidence.anchor.body", agreed=found.chain.agreed, n=found.chain.endpoints)
    return Evidence(catalogue.t("evidence.anchor.title"), body, tuple(facts))


def _contract(found: Verification, context: PageContext, catalogue: Catalogue) -> Evidence:
    chain = context.chain
    facts = [
        Fact(catalogue.t("evidence.chain"), f"{chain.name} ({chain.chain_id})"),
        Fact(catalogue.t("evidence.contract"), chain.contract, mono=True),
        Fact(catalogue.t("evidence.log_id"), chain.log_id, mono=True),
        Fact(catalogue.t("evidence.origin"), context.origin),
    ]
    if found.target is not None and found.target.lot_uri is not None:
        key = subject_key(Role.ABOUT, found.target.lot_uri).hex()
        facts.append(Fact(catalogue.t("evidence.subject"), key, mono=True))
    return Evidence(
        catalogue.t("evidence.contract_title"), catalogue.t("evidence.contract_body"), tuple(facts)
    )


def code_parts(target: Target | None, code: str) -> tuple[tuple[str, str], ...]:
    """A code's application identifiers with their values; a code that is none of ours as it came."""
    if target is None:
        return (("", code),) if code else ()
    parts = [("01", target.gtin), ("10", target.lot), ("21", target.serial)]
    return tuple((identifier, value) for identifier, value in parts if value is not None)
