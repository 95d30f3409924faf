"""The two catalogues say the same things, and every key that a page can ask for is there."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from api.pages.i18n import MissingMessageError, pick_language, placeholders, read_catalogue
from api.pages.sentences import ICONS
from api.pages.steps import NAMES
from ledger.proof.verdict import Verdict
from tests.pages_world import CATALOGUES, PROJECT

VI, EN = CATALOGUES["vi"], CATALOGUES["en"]
OWN_STEPS = [
    "planting",
    "sowing",
    "transplanting",
    "fertilising",
    "crop_protection",
    "weeding",
    "harvesting",
    "sorting",
    "drying",
    "milling",
    "filtering",
    "feeding",
    "veterinary_treatment",
    "stocking_pond",
    "aerating",
    "relabelling",
]
CBV_STEPS = [
    "inspecting",
    "packing",
    "encoding",
    "shipping",
    "receiving",
    "stocking",
    "retail_selling",
    "sampling",
    "storing",
    "accepting",
    "consigning",
    "unpacking",
    "repackaging",
    "holding",
    "sensor_reporting",
    "commissioning",
]


def values_of(message: str | Mapping[str, str]) -> frozenset[str]:
    """Placeholders of a message; a form for one may leave its number out."""
    return placeholders(message) if isinstance(message, str) else placeholders(message["other"])


def test_both_catalogues_have_the_same_keys() -> None:
    assert set(VI) == set(EN)


def test_each_message_has_the_same_placeholders_in_both() -> None:
    differing = [key for key in VI if values_of(VI.messages[key]) != values_of(EN.messages[key])]
    assert differing == []


def test_no_message_is_empty_but_the_symbol_of_counted_things() -> None:
    for catalogue in (VI, EN):
        assert [key for key in catalogue if not catalogue.messages[key]] == ["uom.C62"]


def test_every_verdict_has_all_its_texts() -> None:
    for catalogue in (VI, EN):
        for verdict in Verdict:
            for part in ("title", "sentence", "next", "short"):
                assert f"verdict.{verdict.value}.{part}" in catalogue


def test_every_step_of_the_profile_has_a_sentence_and_a_picture() -> None:
    for catalogue in (VI, EN):
        for step in (*OWN_STEPS, *CBV_STEPS):
            assert f"step.{step}.title" in catalogue
    assert {step for step in (*OWN_STEPS, *CBV_STEPS) if step not in ICONS} == set()


def test_every_step_of_the_check_can_pass_and_break_in_words() -> None:
    for catalogue in (VI, EN):
        for name in NAMES:
            for part in ("plain", "broken", "broken_body"):
                assert f"check.{name}.{part}" in catalogue


def test_every_key_written_in_code_and_templates_is_in_the_catalogues() -> None:
    sources = [*(PROJECT / "api/pages").glob("*.py"), *(PROJECT / "api/templates").glob("*.j2")]
    asked = re.compile(r"""\b(?:t|maybe)\(\s*['"]([a-z_0-9]+(?:\.[A-Za-z_0-9]+)+)['"]""")
    keys = {key for source in sources for key in asked.findall(source.read_text(encoding="utf-8"))}
    assert len(keys) > 100
    assert sorted(key for key in keys if key not in VI) == []


def test_a_missing_key_and_a_missing_value_are_errors() -> None:
    with pytest.raises(MissingMessageError):
        VI.t("no.such.key")
    with pytest.raises(MissingMessageError):
        VI.t("age.minutes")


def test_english_has_a_form_for_one_and_vietnamese_has_one_form() -> None:
    assert EN.t("age.hours", n=1) == "1 hour ago"
    assert EN.t("age.hours", n=2) == "2 hours ago"
    assert VI.t("age.hours", n=1) == "1 giờ trước"


def test_numbers_are_written_as_each_language_writes_them() -> None:
    assert [VI.number(value) for value in (1200, 12.4, 0.05, -35.5, 2.0)] == [
        "1.200",
        "12,4",
        "0,05",
        "−35,5",
        "2",
    ]
    assert [EN.number(value) for value in (1200, 12.4, 0.05, -35.5, 2.0)] == [
        "1,200",
        "12.4",
        "0.05",
        "−35.5",
        "2",
    ]


def test_a_catalogue_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="neither a message"):
        read_catalogue("vi", json.dumps({"a": {"b": 1}}).encode())


@pytest.mark.parametrize(
    ("asked", "accept", "lang"),
    [
        (None, None, "vi"),
        ("en", "vi", "en"),
        ("fr", "fr", "vi"),
        (None, "en-GB,en;q=0.9,vi;q=0.8", "en"),
        (None, "vi;q=0.9,en;q=0.4", "vi"),
        (None, "de, en;q=nonsense", "vi"),
    ],
)
def test_the_language_is_the_asked_one_then_the_browsers_then_vietnamese(
    asked: str | None, accept: str | None, lang: str
) -> None:
    assert pick_language(asked, accept) == lang


def test_pages_hold_no_vietnamese_outside_the_catalogues() -> None:
    vietnamese = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]")
    folder: Path = PROJECT / "api"
    found = [
        f"{source.name}: {line.strip()}"
        for source in [*folder.glob("pages/*.py"), *folder.glob("templates/*.j2")]
        for line in source.read_text(encoding="utf-8").splitlines()
        if vietnamese.search(line)
    ]
    assert found == []
