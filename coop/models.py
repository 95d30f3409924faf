"""All working tables in one place, so that `Base.metadata` knows every one of them (migrations need it)."""

from coop.accounts.models import ApiKey, HostedKey, Organisation
from coop.base import Base
from coop.reports.models import Report
from coop.scans.models import TemOpening, TemScan

__all__ = ["ApiKey", "Base", "HostedKey", "Organisation", "Report", "TemOpening", "TemScan"]
