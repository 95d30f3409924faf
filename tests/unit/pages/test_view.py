"""What each verdict's page shows and does not show, from bundles that come to it."""

from dataclasses import replace

import pytest

from api.pages import page_view
from api.pages.steps import broken_step
from ledger.proof.verdict import Reason, Verdict
from ledger.proof.verification import Verification
from ledger.proof.verify import verify
from tests.pages_world import CATALOGUES, CHAIN, LOT, checked, context, found_of, herb, view_of

STATES = {
    Verdict.VERIFIED: "ok ok ok ok ok ok ok",
    Verdict.STALE: "ok ok ok ok ok skip ok",
    Verdict.CHAIN_UNREACHABLE: "ok ok ok ok ok skip skip",
    Verdict.CHAIN_DISPUTED: "ok ok ok ok ok skip skip",
    Verdict.RECORDED: "skip skip ok ok ok skip ok",
    Verdict.INCOMPLETE: "ok ok skip skip ok ok ok",
    Verdict.EXPIRED: "ok ok ok ok ok ok ok",
    Verdict.RECALLED: "ok ok ok ok ok ok fail",
    Verdict.UNKNOWN: "fail ok ok ok ok ok ok",
    Verdict.TAMPERED: "todo fail todo todo todo todo todo",
}


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_verdict_has_a_page_in_both_languages(verdict: Verdict, lang: str) -> None:
    view = view_of(verdict, lang)
    assert view.verdict == verdict.value
    assert view.icon == f"v-{verdict.value}"
    assert view.title
    assert view.next
    assert "{" not in view.title + view.sentence + view.next


@pytest.mark.parametrize(("verdict", "states"), STATES.items())
def test_each_step_says_what_was_found(verdict: Verdict, states: str) -> None:
    assert " ".join(step.state for step in view_of(verdict).steps) == states


@pytest.mark.parametrize("verdict", [Verdict.MALFORMED, Verdict.TAMPERED, Verdict.UNKNOWN])
def test_where_nothing_is_proven_no_product_is_shown(verdict: Verdict) -> None:
    view = view_of(verdict)
    assert view.product is None
    assert not view.full
    assert not view.story
    assert not view.labs


@pytest.mark.parametrize("verdict", [Verdict.RECALLED, Verdict.SUSPECT_COPY])
def test_a_bad_verdict_drops_the_story_and_keeps_the_product(verdict: Verdict) -> None:
    view = view_of(verdict)
    assert view.product is not None
    assert not view.story
    assert not view.compare


def test_the_product_card_prints_described_names_and_signed_dates() -> None:
    product = view_of(Verdict.VERIFIED).product
    assert product is not None
    assert product.name == "Hoa trà hoa vàng sấy, hộp 100 g"
    assert product.producer == "HTX Dược liệu Mẫu Núi Đính (dữ liệu mẫu)"
    assert {fact.label: fact.value for fact in product.facts} == {
        "Số lô": "THV260116",
        "Khối lượng": "100 g",
        "Đóng gói": "17/01/2026",
        "Hạn dùng": "17/01/2028",
    }
    assert [mark.name for mark in product.marks] == ["GACP-WHO"], "an expired certificate is no mark"


def test_the_tem_is_told_by_its_place_among_all_that_were_issued() -> None:
    tem = view_of(Verdict.VERIFIED).tem
    assert tem is not None
    assert tem.title == "Tem số 17 trong 29 tem của lô"


def test_the_story_is_ordered_by_day_and_grouped_by_signer() -> None:
    story = view_of(Verdict.VERIFIED).story
    assert [group.iso for group in story] == sorted(group.iso for group in story)
    last = story[-1]
    assert [line.title for line in last.lines] == ["Nhận 24 món", "Đưa 24 món lên kệ"]
    assert last.signer == "Cửa hàng OCOP Mẫu Hoa Lư"
    assert last.custody == "khóa gửi ở Nguồn"


def test_a_corrected_entry_stays_struck_with_its_correction_and_the_right_one_after_it() -> None:
    lines = [line for group in view_of(Verdict.VERIFIED).story for line in group.lines]
    struck = next(line for line in lines if line.struck)
    assert struck.title == "Nhận 23,8 kg"
    assert "số liệu không đúng" in struck.correction
    assert lines[lines.index(struck) + 1].title == "Nhận 22 kg"
    assert [line for line in lines if line.title == "Báo một lần ghi trước là sai"] == []


def test_a_laboratory_is_told_apart_and_its_bars_have_the_limit_at_four_fifths() -> None:
    view = view_of(Verdict.VERIFIED)
    assert [group.signer for group in view.story if group.lab] == ["Phòng kiểm nghiệm Mẫu"]
    values = {value.name: value for value in view.labs[0].values}
    assert values["Chì"].fill == pytest.approx(0.62 / 2.0 * 80, abs=0.06)
    assert values["Cadimi"].over
    assert values["Cadimi"].note == "vượt mức cho phép 1"
    assert values["Vi khuẩn E. coli"].good
    assert "khóa riêng" in view.labs[0].by


def test_an_expired_certificate_says_so_in_words() -> None:
    certs = {cert.name: cert for cert in view_of(Verdict.VERIFIED).certificates}
    assert certs["OCOP 4 sao"].expired
    assert certs["OCOP 4 sao"].until == "Đã hết hạn ngày 31/12/2025"
    assert not certs["GACP-WHO, vùng trồng dược liệu"].expired


def test_the_upstream_is_a_graph_of_links_to_the_lots_it_was_made_from() -> None:
    upstream = view_of(Verdict.VERIFIED).upstream
    assert upstream is not None
    assert [len(row) for row in upstream.rows] == [1, 1, 2, 1, 1, 1]
    assert upstream.rows[-1][0].own
    assert upstream.rows[2][0].href == "/01/09521001000024/10/H260108A"
    assert set(upstream.joins[2].lines) == {(25, 50), (75, 50)}
    assert "sổ chưa ghi lúc ra đời" in upstream.rows[0][0].note


def test_the_legal_table_has_the_ten_items_and_says_what_is_missing() -> None:
    view = view_of(Verdict.VERIFIED)
    rows = {row.code: row for row in view.legal}
    assert len(rows) == 10
    assert rows["stages"].lines[0].text.startswith("17/01/2026 · Đóng 2,9 kg thành 29 món")
    assert "(414) 9521001000031" in rows["stages"].lines[0].text
    assert "Hình vẽ" in rows["image"].reason
    told = {line.index for group in view.story for line in group.lines}
    linked = {int(line.href.removeprefix("#e")) for row in view.legal for line in row.lines if line.href}
    assert linked
    assert linked <= told


def test_tampered_names_the_step_that_broke_in_words() -> None:
    view = view_of(Verdict.TAMPERED)
    failed = [step for step in view.steps if step.state == "fail"]
    assert [step.title for step in failed] == ["Số lần ghi không khớp"]
    assert view.reasons[0].text == "Số lần ghi đưa ra khác với số mà sổ đếm được."


@pytest.mark.parametrize(
    ("code", "step"),
    [
        ("bundle.count", "whole"),
        ("bundle.commitment", "unchanged"),
        ("proof.inclusion", "unchanged"),
        ("statement.signature", "signed"),
        ("authority.key", "signed"),
        ("proof.consistency", "append"),
        ("note.unverified", "append"),
        ("chain.other_root", "anchored"),
        ("chain.proven_false", "anchored"),
        ("tem.slot_missing", "tem"),
        ("something.else", "unchanged"),
    ],
)
def test_every_broken_commitment_belongs_to_a_step(code: str, step: str) -> None:
    assert broken_step(code) == step


def test_a_recall_says_who_why_and_that_it_stands_in_the_ledger() -> None:
    view = view_of(Verdict.RECALLED)
    assert view.sentence == "HTX Dược liệu Mẫu Núi Đính thu hồi lô THV260116 từ ngày 20/01/2026."
    assert view.recall_reason == "in sai hạn sử dụng trên tem phụ"
    assert [step.state for step in view.because] == ["ok", "ok", "ok"]


def test_an_unknown_tem_says_that_absence_is_proven() -> None:
    view = view_of(Verdict.UNKNOWN)
    assert view.because[0].title == "Tem không có trong cuộn nào"
    assert "không phải lỗi mạng" in view.because[1].text
    assert view.code[2][0] == "21"


def test_absence_that_nothing_fresh_proves_is_not_told_as_a_record_that_holds() -> None:
    world = herb()
    world.snapshot()
    bundle = world.bundle(LOT.replace("THV260116", "NOSUCH"))
    found = checked(world, bundle, state="unreachable", latest=None, block=None)
    assert found.verdict is Verdict.CHAIN_UNREACHABLE
    view = page_view(found, context("c", "/x", world.now), CATALOGUES["vi"])
    assert view.title == "Chưa thấy mã này, và chưa thể kết luận"
    assert view.product is None
    assert not view.full


def test_a_withheld_entry_stands_in_the_story_as_an_empty_line() -> None:
    lines = [line for group in view_of(Verdict.INCOMPLETE).story for line in group.lines]
    assert [line.title for line in lines if line.withheld] == ["Nội dung giữ kín"]


def test_pending_entries_are_marked() -> None:
    lines = [line for group in view_of(Verdict.RECORDED).story for line in group.lines if line.pending]
    assert [line.title for line in lines] == ["Đóng 0,1 kg thành 1 món"]


def test_a_lifted_recall_stays_visible_on_a_verified_page() -> None:
    world = herb()
    world.recall("officer", LOT)
    world.recall("officer", LOT, release=True)
    world.snapshot()
    found = checked(world, world.bundle(LOT))
    assert found.verdict is Verdict.VERIFIED
    notes = page_view(found, context("c", "/x", world.now), CATALOGUES["en"]).notes
    assert [note.title for note in notes] == ["Was recalled once"]


def test_a_mark_of_a_proven_lie_is_told_by_the_day_it_was_made() -> None:
    world = herb()
    world.snapshot()
    world.false_since = int(world.now.timestamp())
    bundle = world.bundle(LOT)
    found = verify(bundle, world.trust(), world.chain(bundle), world.now)
    view = page_view(found, context("c", "/x", world.now), CATALOGUES["en"])
    assert view.verdict == "tampered"
    assert view.product is None
    assert "20 Jan 2026" in view.reasons[0].text
    assert next(step.state for step in view.steps if step.name == "anchored") == "fail"


def test_the_ribbon_tells_a_local_chain_a_test_chain_and_a_real_one_apart() -> None:
    real = replace(CHAIN, local=False, test=False)
    assert view_of(Verdict.VERIFIED).ribbon is not None
    sepolia = view_of(Verdict.VERIFIED, chain=replace(real, name="Sepolia", test=True)).ribbon
    assert sepolia is not None
    assert "Sepolia" in sepolia.body
    assert view_of(Verdict.VERIFIED, chain=real).ribbon is None


def test_sample_data_is_called_that_only_where_the_deployment_marks_it() -> None:
    assert view_of(Verdict.VERIFIED).sample
    assert not view_of(Verdict.VERIFIED, mark_samples=False).sample


def test_reasons_are_all_listed() -> None:
    found, _ = found_of(Verdict.EXPIRED)
    view = view_of(Verdict.EXPIRED)
    assert [line.code for line in view.reasons] == [reason.code for reason in found.reasons]
    assert all("{" not in line.text for line in view.reasons)


def test_a_typed_code_keeps_its_own_address_in_every_link() -> None:
    found, now = found_of(Verdict.STALE)
    typed = page_view(found, context("https://nguon.example/01/…", "/verify", now), CATALOGUES["vi"])
    assert found.target is not None
    assert typed.path == f"/01/09521001000055/10/THV260116/21/{found.target.serial}"
    assert typed.actions[0].href == f"{typed.path}?lang=vi"
    assert (
        view_of(Verdict.MALFORMED).link
        == "/verify?code=https%3A%2F%2Fnguon.examp1e%2F01%2F09521001000055&lang="
    )


@pytest.mark.parametrize(
    ("lang", "labels"), [("vi", ["Quét lại", "Gõ số"]), ("en", ["Scan again", "Type it in"])]
)
def test_a_code_that_is_none_of_ours_leads_to_the_scanner_first_then_to_typing(
    lang: str, labels: list[str]
) -> None:
    actions = view_of(Verdict.MALFORMED, lang).actions
    assert [action.label for action in actions] == labels
    assert [action.href for action in actions] == [f"/scan?lang={lang}", f"/?lang={lang}#code"]


def test_a_record_that_could_not_be_made_at_once_is_incomplete_and_says_why() -> None:
    found, now = found_of(Verdict.VERIFIED)
    reason = Reason("limit.lineage", Verdict.INCOMPLETE)
    empty = Verification(Verdict.INCOMPLETE, (reason,), found.target, found.chain)
    view = page_view(empty, context("c", "/01/x", now), CATALOGUES["en"])
    assert "could not be read whole" in view.sentence
    assert not view.full


def test_a_recall_before_the_first_anchor_is_told_from_its_own_entry() -> None:
    found, now = found_of(Verdict.RECALLED)
    pending = tuple(replace(entry, pending=True) for entry in found.entries)
    early = replace(found, recall=None, entries=pending, chain=replace(found.chain, latest=None))
    view = page_view(early, context("c", "/01/x", now), CATALOGUES["vi"])
    assert view.sentence == view_of(Verdict.RECALLED).sentence
    assert [step.state for step in view.because] == ["ok", "skip", "skip"]
    assert view.steps[-1].state == "fail"
