"""The reports of a deployment, as its other parts see them."""

import os
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from coop.limits import Limiter
from coop.reports.actions import About, Told, enter
from coop.reports.pictures import cleaned
from coop.reports.queries import Filed, newest, one
from ledger.errors import NotFoundError, StoreError
from ledger.store.blobs import Blob, BlobStore

PER_DEVICE: Final = 6
PER_DEPLOYMENT: Final = 600
HOUR: Final = 3600.0


class Reports:
    """Takes reports and shows them to who may read them. Threads may share it."""

    def __init__(
        self,
        reading: Engine,
        writing: Engine,
        photos: BlobStore,
        clock: Callable[[], datetime],
        random: Callable[[int], bytes] = os.urandom,
    ) -> None:
        """`photos`: a store of its own, which nothing serves to the public."""
        self._reading, self._writing, self._photos = reading, writing, photos
        self._clock, self._random = clock, random
        self._devices = Limiter(PER_DEVICE, HOUR)
        self._all = Limiter(PER_DEPLOYMENT, HOUR)

    def wait(self, device: str) -> float:
        """Count a report that is about to be filed; seconds to wait, uncounted, where there were too many of late."""
        now = self._clock().timestamp()
        return self._all.wait("", now) or self._devices.take(device, now) or self._all.take("", now)

    def file(self, told: Told, about: About, photo: bytes | None) -> str:
        """Enter a report; its number, to quote.

        Args:
            photo: a picture as sent; what is kept is made anew from its pixels.

        Raises:
            EncodingError: it is not one that is taken (`report.code`, `report.kind`, `report.text`, `report.photo`).
            StoreError: it could not be entered (`store.busy`).
        """
        told.check()
        digest = None
        try:
            if photo is not None:
                digest = self._photos.put(cleaned(photo)).digest
            return enter(self._writing, told, about, digest, self._clock(), self._random)
        except (SQLAlchemyError, OSError) as error:
            message = "The store is busy: try again in a few minutes."
            raise StoreError(message, code="store.busy") from error

    def newest(self, org: str | None, limit: int, before: str | None = None) -> Sequence[Filed]:
        """Reports, newest first. See {coop.reports.queries.newest}."""
        return newest(self._reading, org, limit, before)

    def photo(self, number: str, org: str | None) -> Blob:
        """The picture of a report.

        Raises:
            NotFoundError: no such report, not one of this organisation's, or without a picture (`not_found.report`).
        """
        digest = one(self._reading, number, org).photo
        if digest is None:
            raise NotFoundError("There is no picture.", code="not_found.report", number=number)
        return self._photos.get(digest)
