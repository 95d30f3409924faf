"""All working tables in one place, so that `Base.metadata` knows every one of them (migrations need it)."""

from coop.accounts.models import ApiKey, HostedKey, Organisation
from coop.base import Base
from coop.farm.models import Farm, FarmPartner, FarmPlace, FarmProduct
from coop.people.models import Challenge, Invitation, Passkey, Person, PhoneKey, SignedIn
from coop.people.trail import Deed
from coop.reports.models import Report
from coop.scans.models import TemOpening, TemScan
from coop.stock.models import CompanyPrefix, LogisticUnit, SsccCounter

__all__ = [
    "ApiKey",
    "Base",
    "Challenge",
    "CompanyPrefix",
    "Deed",
    "Farm",
    "FarmPartner",
    "FarmPlace",
    "FarmProduct",
    "HostedKey",
    "Invitation",
    "LogisticUnit",
    "Organisation",
    "Passkey",
    "Person",
    "PhoneKey",
    "Report",
    "SignedIn",
    "SsccCounter",
    "TemOpening",
    "TemScan",
]
