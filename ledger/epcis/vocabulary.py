"""The words of the Core Business Vocabulary 2.0 that events may use bare, and how ours are spelled.

A bare word is one of these; any other step or disposition is an absolute URI of one's own (ASCII), such as
`https://w3id.org/nguon/bizstep/harvesting`. One thing has one spelling: the URI forms that CBV has for its own
words are refused, or two readers would count the same step twice.
"""

from typing import Final

NGUON: Final = "https://w3id.org/nguon/epcis/"
"""What the prefix `nguon:` stands for."""

CBVMDA: Final = "urn:epcglobal:cbv:mda:"
"""What the prefix `cbvmda:` stands for."""

NGUON_BIZSTEP: Final = "https://w3id.org/nguon/bizstep/"
"""Where our own business steps are defined."""

BIZ_STEPS: Final = frozenset(
    """
    accepting arriving assembling collecting commissioning consigning creating_class_instance
    cycle_counting decommissioning departing destroying disassembling dispensing encoding
    entering_exiting holding inspecting installing killing loading other packing picking receiving
    removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting
    shipping staging_outbound stock_taking stocking storing transporting unloading unpacking
    void_shipping
    """.split()  # noqa: SIM905  # a page of words reads better so
)

DISPOSITIONS: Final = frozenset(
    """
    active available completeness_inferred completeness_verified conformant container_closed
    container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit
    inactive mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match
    non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned
    sellable_accessible sellable_not_accessible stolen unavailable unknown
    """.split()  # noqa: SIM905  # a page of words reads better so
)

CBV_SPELLINGS: Final = ("https://ref.gs1.org/cbv/", "http://ref.gs1.org/cbv/", "urn:epcglobal:cbv:", "cbv:")
"""Beginnings of the URIs that stand for CBV's own words."""
