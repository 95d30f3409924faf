"""All working tables in one place, so that `Base.metadata` knows every one of them (migrations need it)."""

from coop.accounts.models import ApiKey, HostedKey, Organisation
from coop.base import Base
from coop.reports.models import Report
from coop.scans.models import TemOpening, TemScan
from coop.stock.models import CompanyPrefix, LogisticUnit, SsccCounter

__all__ = [
    "ApiKey",
    "Base",
    "CompanyPrefix",
    "HostedKey",
    "LogisticUnit",
    "Organisation",
    "Report",
    "SsccCounter",
    "TemOpening",
    "TemScan",
]
