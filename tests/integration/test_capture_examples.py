"""The example documents of EPCIS 2.0 are captured, or refused for a reason that standard or profile gives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.capture import Capture
from ledger.errors import LedgerError, RuleError
from ledger.store.database import open_engine
from nguon.database import upgrade
from tests.ledgerkit import Ledger, Org
from tests.unit.epcis.judges import EXAMPLES
from tests.unit.epcis.test_examples import NOT_CAPTURED, NOW, REFUSED, names

EVERYBODY = Org("https://id.gs1.org/417/9521000000014", ("https://", "http://", "urn:", "geo:"))
"""Speaks for whatever the examples name."""

UNKNOWN_TO_THE_LOG = {
    # they declare errors in events that were never told here
    "AssociationEvent__AssociationEvent-g.jsonld": "event.id_unknown",
    "WithErrorDeclaration__Example_9.6.1-ObjectEvent-with-error-declaration.jsonld": "event.id_unknown",
    "WithFullCombinationOfFields__aggregation_event_all_possible_fields.jsonld": "event.id_unknown",
    "WithFullCombinationOfFields__association_event_all_possible_fields.jsonld": "event.id_unknown",
    "WithFullCombinationOfFields__object_event_all_possible_fields.jsonld": "event.id_unknown",
    "WithFullCombinationOfFields__transaction_event_all_possible_fields.jsonld": "event.id_unknown",
    "WithSensorData__SensorDataExample12.jsonld": "event.id_unknown",
    # they inspect or recall instances that were never born here, and name no lot of theirs
    "PersistentDisposition-example.jsonld": "serial.unknown",
    "WithSensorData__SensorDataExample1.jsonld": "serial.unknown",
    "WithSensorData__SensorDataExample2.jsonld": "serial.unknown",
    "WithSensorData__SensorDataExample5.jsonld": "serial.unknown",
    "WithSensorData__SensorDataExample6.jsonld": "serial.unknown",
    "WithSensorData__SensorDataExample7.jsonld": "serial.unknown",
}
"""Example -> the code with which an empty log refuses it, though the document itself is right."""


@pytest.fixture
def capture(tmp_path: Path) -> Iterator[Capture]:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    upgrade(url)
    engine = open_engine(url)
    ledger = Ledger(engine, tmp_path)
    ledger.clock.now = NOW
    with ledger.running(admit=False) as writer:
        ledger.admit(writer, EVERYBODY)
        yield Capture(
            ledger.log,
            writer,
            registrars=ledger.registrars,
            clock=ledger.clock,
            signers={EVERYBODY.uri: EVERYBODY}.get,
        )
    engine.dispose()


@pytest.mark.parametrize("name", names())
def test_an_example_is_captured_or_refused_for_the_reason_that_is_listed(capture: Capture, name: str) -> None:
    data = (EXAMPLES / name).read_bytes()
    expected = set(REFUSED.get(name, ()))
    expected |= {codes[name] for codes in (NOT_CAPTURED, UNKNOWN_TO_THE_LOG) if name in codes}
    try:
        result = capture.document(data, org=EVERYBODY.uri)
    except LedgerError as error:
        found = {each.code for each in error.violations} if isinstance(error, RuleError) else {error.code}
        assert found == expected
    else:
        assert expected == set()
        assert result.receipts
