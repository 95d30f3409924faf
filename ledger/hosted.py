"""Whose hosted key signs: the organisation that speaks for where it happened (PROFILE §2)."""

from collections.abc import Callable, Iterable
from typing import Protocol

from ledger.epcis.event import Event
from ledger.errors import AuthorityError
from ledger.statement.jws import Header, Statement
from ledger.statement.trust import KeyRecord


class HostedSigner(Protocol):
    """Signs for an organisation with the key that the operator keeps for it."""

    @property
    def kid(self) -> str: ...

    @property
    def org(self) -> str: ...

    def sign(self, header: Header, payload: bytes) -> Statement: ...


Signers = Callable[[str], HostedSigner | None]
"""Organisation -> its hosted signer, or None where it has none."""


class Signatories:
    """The hosted keys of a log at one moment, to find who signs a document's events."""

    def __init__(self, records: Iterable[KeyRecord], signers: Signers) -> None:
        self._records = [
            record for record in records if record.custody == "hosted" and record.revoked is None
        ]
        self._signers = signers
        self._known: dict[str, HostedSigner] = {}

    def of_event(self, event: Event, org: str | None) -> HostedSigner:
        """Who signs an event: the organisation whose stems cover the `readPoint`, else the `bizLocation`.

        Args:
            org: who asks; None: the operator, for any organisation hosted here. Where nobody hosted here speaks
                for the place, the asking organisation signs: it may observe anywhere.

        Raises:
            AuthorityError: another organisation would sign it (`authority.stems`), or nobody here can.
        """
        speaker, pointer = None, "/readPoint"
        for place, name in ((event.read_point, "/readPoint"), (event.biz_location, "/bizLocation")):
            if speaker is None and place is not None:
                speaker, pointer = self._speaker(place), name
        signing = speaker or org
        if signing is None:
            raise AuthorityError(
                "No organisation hosted here speaks for where this happened: name a readPoint or bizLocation of one.",
                code="authority.stems",
                pointer="/readPoint",
            )
        if org is not None and signing != org:
            raise AuthorityError(
                f"What happened there is for {signing} to say, not for {org}.",
                code="authority.stems",
                pointer=pointer,
                org=org,
                speaker=signing,
            )
        return self.of_org(signing)

    def of_uri(self, uri: str, org: str | None) -> HostedSigner | None:
        """Who describes a URI: the hosted organisation whose stems cover it, if it is the one that asks."""
        speaker = self._speaker(uri)
        if speaker is None or (org is not None and speaker != org):
            return None
        return self.of_org(speaker)

    def of_org(self, org: str) -> HostedSigner:
        """An organisation's hosted signer, whose key holds.

        Raises:
            AuthorityError: it has none (`authority.key`).
        """
        if org not in self._known:
            signer = self._signers(org)
            if signer is None or not any(record.kid == signer.kid for record in self._records):
                message = f"{org} has no hosted key that holds: it signs its statements itself."
                raise AuthorityError(message, code="authority.key", org=org)
            self._known[org] = signer
        return self._known[org]

    def _speaker(self, uri: str) -> str | None:
        """The organisation with the longest stem that covers a URI."""
        found = [
            (len(stem), record.org)
            for record in self._records
            for stem in record.stems
            if uri.startswith(stem)
        ]
        return max(found)[1] if found else None
