"""A season of each product line, in order: every step that can be recorded, and by whom."""

from typing import Any

from tests.integration.recordkit import (
    CARRIER,
    LAB,
    SHOP,
    SUPPLIER,
    Hand,
    Json,
    Recording,
    amount,
    certificate,
    kg,
    packs,
    partner,
    place,
    product,
    workbook,
)

HERB = "https://id.gs1.org/417/9521001000017"
RICE = "https://id.gs1.org/417/9521002000016"
HONEY = "https://id.gs1.org/417/9521003000015"
PALLET = {"herb": "095210011260117002", "rice": "095210021260110019", "honey": "095210032506020016"}
PARTNERS = [
    partner(SUPPLIER, "supplier"),
    partner(LAB, "laboratory"),
    partner(SHOP, "retailer"),
    partner(CARRIER, "carrier"),
]


def gram(value: float) -> Json:
    return {"value": value, "uom": "GRM"}


def herb_book() -> Json:
    gln = HERB[-13:]
    return workbook(
        HERB,
        "HTX Dược liệu Mẫu Núi Đính",
        ["herb"],
        products=[
            product("0952100100001", "Vườn trà hoa vàng", "planting", "herb"),
            product("0952100100002", "Hoa trà hoa vàng tươi (nội bộ)", "harvested", "herb"),
            product("0952100100012", "Cà gai leo tươi", "harvested", "herb"),
            product("0952100100003", "Hoa trà hoa vàng đã phân loại", "intermediate", "herb"),
            product("0952100100004", "Hoa trà hoa vàng sấy rời", "intermediate", "herb"),
            product("0952100100006", "Hoa loại, làm phân ủ", "byproduct", "herb"),
            product(
                "0952100100005", "Hoa trà hoa vàng sấy, hộp 100 g", "packed", "herb",
                netContent=gram(100), shelfLifeDays=730,
            ),
            product(
                "0952100100015", "Hoa trà hoa vàng sấy, gói 50 g", "packed", "herb",
                netContent=gram(50), shelfLifeDays=730,
            ),
            product(
                "0952108000001", "Phân hữu cơ vi sinh Mẫu", "input", "herb",
                units=[{"name": "bao", "base": 25}], input=facts(None, None),
            ),
            product(
                "0952108000002", "Thuốc sinh học Bt Mẫu", "input", "herb",
                input=facts("Bacillus thuringiensis", "sâu ăn lá", preHarvestIntervalDays=3),
            ),
        ],
        places=[
            place(gln, "K7Q2M9X4T1BD", "Vườn A03", "field"),
            place(gln, "KHO-VT", "Kho vật tư", "store"),
            place(gln, "CAN-01", "Trạm cân", "scale"),
            place(gln, "SAY-02", "Máy sấy thăng hoa số 2", "dryer"),
            place(gln, "XUONG", "Xưởng sơ chế", "packhouse"),
            place(gln, "CUA-1", "Cửa xuất số 1", "gate"),
        ],
        partners=PARTNERS,
        certificates=[
            certificate(HERB, "GACP2024-017", "GACP-WHO, vùng trồng"),
            certificate(HERB, "OCOP4S", "OCOP, 4 sao"),
        ],
    )  # fmt: skip


def rice_book() -> Json:
    gln = RICE[-13:]
    return workbook(
        RICE,
        "HTX Nông nghiệp Mẫu Kim Sơn",
        ["rice"],
        products=[
            product("0952108100003", "Giống lúa nếp Hạt Cau", "seed", "rice", units=[{"name": "bao", "base": 40}]),
            product("0952100200002", "Thóc nếp Hạt Cau tươi", "harvested", "rice"),
            product("0952100200003", "Thóc nếp Hạt Cau khô", "intermediate", "rice"),
            product("0952100200004", "Gạo nếp Hạt Cau rời", "intermediate", "rice"),
            product("0952100200005", "Tấm nếp", "byproduct", "rice"),
            product("0952100200006", "Cám gạo", "byproduct", "rice"),
            product("0952100200007", "Trấu", "byproduct", "rice"),
            product(
                "0952100200008", "Gạo nếp Hạt Cau, túi 5 kg", "packed", "rice",
                netContent={"value": 5, "uom": "KGM"}, shelfLifeDays=365,
            ),
            product(
                "0952100200018", "Gạo nếp Hạt Cau, túi 2 kg", "packed", "rice",
                netContent={"value": 2, "uom": "KGM"}, shelfLifeDays=365,
            ),
            product(
                "0952108100001", "Phân NPK Mẫu 16-16-8", "input", "rice",
                units=[{"name": "bao", "base": 50}], input=facts(None, None),
            ),
            product(
                "0952108100002", "Thuốc trừ đạo ôn Mẫu", "input", "rice", uom="LTR",
                netContent={"value": 1, "uom": "LTR"},
                input=facts("tricyclazole", "đạo ôn cổ bông", preHarvestIntervalDays=21),
            ),
        ],
        places=[
            place(gln, "B1X7K2M9Q4TD", "Đồng Bông", "field"),
            place(gln, "KHO-VT", "Kho vật tư", "store"),
            place(gln, "SILO-2", "Silo số 2", "store"),
            place(gln, "CAN-50T", "Cân 50 tấn", "scale"),
            place(gln, "SAY-T1", "Tháp sấy 1", "dryer"),
            place(gln, "XX-01", "Máy xay xát 1", "mill"),
            place(gln, "DG-1", "Tổ đóng gói", "packhouse"),
            place(gln, "CUA-2", "Cửa xuất số 2", "gate"),
        ],
        partners=PARTNERS,
        certificates=[
            certificate(RICE, "VG-TT-118", "VietGAP, trồng trọt"),
            certificate(RICE, "OCOP4S", "OCOP, 4 sao"),
        ],
    )  # fmt: skip


def honey_book() -> Json:
    gln = HONEY[-13:]
    return workbook(
        HONEY,
        "HTX Mật ong Mẫu Cúc Phương",
        ["honey"],
        products=[
            product("0952100300001", "Đàn ong nội", "planting", "honey"),
            product("0952100300002", "Mật ong theo lần quay", "harvested", "honey"),
            product("0952100300003", "Mật ong đã lọc, rời", "intermediate", "honey"),
            product(
                "0952100300004", "Mật ong rừng Cúc Phương, lọ 500 g", "packed", "honey",
                netContent=gram(500), shelfLifeDays=730,
            ),
            product(
                "0952100300014", "Mật ong rừng Cúc Phương, lọ 250 g", "packed", "honey",
                netContent=gram(250), shelfLifeDays=730,
            ),
            product(
                "0952108200001", "Đường kính trắng Mẫu", "input", "honey",
                units=[{"name": "bao", "base": 25}], input=facts(None, None),
            ),
            product(
                "0952108200002", "Thuốc trị ve ong Mẫu", "input", "honey", uom="LTR",
                netContent={"value": 1, "uom": "LTR"},
                input=facts("axit formic 60 %", "ve varroa", withdrawalDays=30),
            ),
        ],
        places=[
            place(gln, "K7Q2M9X4T1BD", "Điểm A, bìa rừng", "apiary"),
            place(gln, "W3N8P5R6Y2HC", "Điểm B, vườn cây ăn quả", "apiary"),
            place(gln, "KHO-VT", "Kho vật tư", "store"),
            place(gln, "NHAN-MAT", "Trạm nhận mật", "scale"),
            place(gln, "LOC-01", "Xưởng lọc, chiết", "packhouse"),
            place(gln, "CUA-1", "Cửa xuất số 1", "gate"),
        ],
        partners=PARTNERS,
        certificates=[
            certificate(HONEY, "VGAHP-009", "VietGAHP, nuôi ong"),
            certificate(HONEY, "OCOP3S", "OCOP, 3 sao"),
        ],
    )  # fmt: skip


def facts(ingredient: str | None, target: str | None, **days: int) -> Json:
    told = {"preHarvestIntervalDays": None, "withdrawalDays": None} | days
    return {"activeIngredient": ingredient, "target": target} | told


def laboratory(world: Recording, coop: Hand, lot: str, readings: dict[str, float], when: str) -> Hand:
    """The laboratory's phone signs a result."""
    lots = [item for item in coop.book["lots"] if item["uri"] == lot]
    certificates = [certificate(LAB, "ISO17025", "ISO/IEC 17025")]
    book = workbook(LAB, "Phòng kiểm nghiệm Mẫu", [], lots=lots, products=coop.book["products"])
    book["certificates"] = certificates
    hand = world.hand(book, coop.line, "laboratory")
    hand.does(
        "laboratory",
        when,
        {
            "lot": lot,
            "result": "conformant",
            "document": "KN26-0098",
            "readings": [{"parameter": name, "value": value} for name, value in readings.items()],
        },
    )
    return hand


def shop(world: Recording, coop: Hand, lot: str, came: int, days: tuple[str, str]) -> Hand:
    """The shop's phone receives a pallet, misses a pack, shelves and sells."""
    lots = [item | {"left": came} for item in coop.book["lots"] if item["uri"] == lot]
    gln = SHOP[-13:]
    book = workbook(
        SHOP,
        "Siêu thị Mẫu",
        [],
        lots=lots,
        products=coop.book["products"],
        places=[place(gln, "NHAN", "Cửa nhận hàng", "gate")],
        partners=[{"uri": coop.book["org"]["uri"], "name": "HTX", "role": "supplier", "phone": None}],
    )
    hand = world.hand(book, coop.line, "retailer")
    first, second = days
    pallet = PALLET[coop.line]
    whole = {"lots": hand.shares(lot)}
    hand.does("receiving", f"{first}T16:00", whole | {"amount": packs(came), "container": f"(00){pallet}"})
    hand.does(
        "mismatch",
        f"{first}T16:30",
        {"lot": lot, "amount": packs(came - 1), "expected": came, "note": "thiếu 1 túi ở kiện thứ nhất"},
    )
    hand.does("unpacking", f"{first}T17:00", whole | {"container": pallet, "amount": packs(came - 1)})
    hand.does("stocking", f"{second}T07:00", whole | {"amount": packs(10)})
    hand.does("shop_selling", f"{second}T20:00", whole | {"amount": packs(3)})
    return hand


def herb(world: Recording) -> tuple[Hand, str, list[Hand]]:
    """Camellia flowers from bushes to boxes. Returns the cooperative's phone, the boxes' lot, the others' phones."""
    me = world.hand(herb_book(), "herb")
    me.does(
        "planting",
        "2025-03-12T07:30",
        {"count": packs(1200, "cay"), "material": "cutting", "partner": SUPPLIER},
    )
    manure, bt = me.product("input", "Phân"), me.product("input", "Bt")
    me.does(
        "input_receipt",
        "2025-04-05T09:10",
        {
            "product": manure,
            "amount": amount(20, "bao", 500, "KGM"),
            "printed": "HC2502-11",
            "partner": SUPPLIER,
            "document": "HĐ 187",
        },
    )
    me.does("input_receipt", "2025-04-05T09:20", {"product": bt, "amount": kg(6), "printed": "BT2501-07"})
    me.does("fertilising", "2025-04-15T07:00", {"product": manure, "amount": kg(420), "method": "root"})
    me.does("weeding", "2025-06-02T06:45", {"method": "hand"})
    me.does("crop_protection", "2025-09-18T16:30", {"product": bt, "amount": amount(420, "g", 0.42, "KGM")})
    me.does(
        "soil_water_test",
        "2025-10-06T10:00",
        {
            "result": "conformant",
            "document": "KN25/4471",
            "partner": LAB,
            "readings": [{"parameter": "soil_lead", "value": 21.4}],
        },
    )
    me.does("note", "2025-12-20T10:00", {"note": "nụ nhiều, chuẩn bị hái"})
    me.does("harvesting", "2026-01-08T08:30", {"amount": kg(12.4), "part": "flower"})
    me.does("harvesting", "2026-01-12T08:30", {"amount": kg(9.6)})
    first, second = me.lot("harvested", at=0), me.lot("harvested", at=1)
    me.does("weighing", "2026-01-12T11:00", {"lot": first, "amount": kg(12.4)})
    me.does("weighing", "2026-01-12T11:05", {"lot": second, "amount": kg(9.6)})
    waste = me.product("byproduct").removeprefix("https://id.gs1.org/01/")
    me.does(
        "sorting",
        "2026-01-12T15:20",
        {"lots": me.shares(first, second), "amount": kg(21.2), f"waste/{waste}": kg(0.8)},
    )
    me.does(
        "drying",
        "2026-01-14T09:40",
        {
            "lots": me.shares(me.lot("intermediate", "phân loại")),
            "amount": kg(3.05),
            "process": "freeze",
            "readings": [{"parameter": "moisture", "value": 4.8}, {"parameter": "temperature", "value": 42}],
        },
    )
    dried = me.lot("intermediate", "sấy")
    me.does(
        "sampling", "2026-01-14T10:10", {"lot": dried, "amount": amount(50, "g", 0.05, "KGM"), "partner": LAB}
    )
    lab = laboratory(world, me, dried, {"moisture": 4.9, "lead": 0.62, "cadmium": 0.08}, "2026-01-16T14:00")
    me.does(
        "packing",
        "2026-01-17T09:00",
        {"lots": me.shares(dried), "product": me.product("packed", "hộp"), "count": packs(29, "hop")},
    )
    boxes = me.lot("packed")
    return (
        me,
        boxes,
        [lab, *handed_over(world, me, boxes, 24, "2026-01-17", "2026-01-20", me.product("packed", "gói"))],
    )


def rice(world: Recording) -> tuple[Hand, str, list[Hand]]:
    """Sticky rice from seed to bags."""
    me = world.hand(rice_book(), "rice")
    seed, npk, spray = me.product("seed"), me.product("input", "NPK"), me.product("input", "đạo ôn")
    silo = str(me.book["places"][2]["uri"])
    store = str(me.book["places"][1]["uri"])
    me.does(
        "seed_receipt",
        "2025-06-10T08:00",
        {
            "product": seed,
            "amount": amount(22.5, "bao", 900, "KGM"),
            "place": store,
            "printed": "NHC-XN1-2506",
            "class": "certified1",
            "germination": 92,
            "partner": SUPPLIER,
        },
    )
    me.does(
        "input_receipt",
        "2025-06-12T08:30",
        {"product": npk, "amount": amount(180, "bao", 9000, "KGM"), "place": store, "printed": "NPK2505"},
    )
    me.does(
        "input_receipt",
        "2025-06-12T08:40",
        {"product": spray, "amount": amount(30, "chai", 30, "LTR"), "place": store, "printed": "BVTV2504"},
    )
    me.does(
        "sowing",
        "2025-06-20T06:00",
        {"amount": kg(900), "method": "tray", "area": amount(30, "ha", 300000, "MTK"), "season": "vụ mùa"},
    )
    me.does("transplanting", "2025-07-08T06:00", {"readings": [{"parameter": "hills", "value": 25}]})
    me.does(
        "fertilising",
        "2025-07-22T06:30",
        {"product": npk, "amount": amount(90, "bao", 4500, "KGM"), "stage": "tiller"},
    )
    me.does("water_level", "2025-08-15T17:00", {"readings": [{"parameter": "water", "value": -4}]})
    me.does("weeding", "2025-08-20T06:00", {})
    me.does(
        "crop_protection", "2025-09-03T16:00", {"product": spray, "amount": amount(24, "chai", 24, "LTR")}
    )
    me.does(
        "harvesting",
        "2025-11-18T17:00",
        {"amount": amount(742, "ta", 74200, "KGM"), "area": amount(416, "sao", 149760, "MTK")},
    )
    me.does("harvesting", "2025-11-20T17:00", {"amount": amount(69.8, "tan", 69800, "KGM")})
    first, second = me.lot("harvested", at=0), me.lot("harvested", at=1)
    wet = [{"parameter": "moisture", "value": 24.2}]
    me.does("weighing", "2025-11-20T19:10", {"lot": first, "amount": kg(74200), "readings": wet})
    me.does("weighing", "2025-11-20T19:20", {"lot": second, "amount": kg(69800), "readings": wet})
    me.does(
        "drying",
        "2025-11-24T06:00",
        {
            "lots": me.shares(first, second),
            "amount": kg(125900),
            "readings": [{"parameter": "moisture", "value": 13.4}],
        },
    )
    dry = me.lot("intermediate", "khô")
    me.does(
        "storing",
        "2025-12-31T18:00",
        {"lots": me.shares(dry), "place": silo, "readings": [{"parameter": "temperature", "value": 19.3}]},
    )
    made = {
        item["name"]: f"other/{item['gtin']}" for item in me.book["products"] if item["kind"] == "byproduct"
    }
    me.does(
        "milling",
        "2026-01-08T16:00",
        {
            "lots": me.shares(dry),
            "used": kg(20000),
            "amount": kg(12000),
            made["Tấm nếp"]: kg(1350),
            made["Cám gạo"]: kg(1900),
            made["Trấu"]: kg(4300),
        },
    )
    white = me.lot("intermediate", "Gạo")
    me.does("sampling", "2026-01-08T16:30", {"lot": white, "amount": kg(2)})
    lab = laboratory(
        world,
        me,
        white,
        {"moisture": 13.6, "broken": 4.2, "impurities": 0.05, "purity": 96.8, "cadmium": 0.03},
        "2026-01-09T15:00",
    )
    me.does(
        "packing",
        "2026-01-10T17:00",
        {"lots": me.shares(white), "product": me.product("packed", "5 kg"), "count": packs(2390, "tui")},
    )
    bags = me.lot("packed")
    return (
        me,
        bags,
        [lab, *handed_over(world, me, bags, 200, "2026-01-12", "2026-01-14", me.product("packed", "2 kg"))],
    )


def honey(world: Recording) -> tuple[Hand, str, list[Hand]]:
    """Forest honey from hives to jars."""
    me = world.hand(honey_book(), "honey")
    a, b = (str(item["uri"]) for item in me.book["places"][:2])
    sugar, acid = me.product("input", "Đường"), me.product("input", "ve")
    me.does(
        "hives",
        "2025-01-10T08:00",
        {"place": b, "count": packs(30, "thung_ong"), "species": "cerana", "queen": 2024},
    )
    me.does(
        "input_receipt",
        "2025-01-20T09:00",
        {"product": sugar, "amount": amount(8, "bao", 200, "KGM"), "printed": "DUONG2501"},
    )
    me.does(
        "input_receipt",
        "2025-01-20T09:10",
        {"product": acid, "amount": amount(6, "chai", 6, "LTR"), "printed": "AXF2411"},
    )
    me.does(
        "feeding", "2025-01-25T16:00", {"place": b, "amount": kg(80), "product": sugar, "method": "syrup11"}
    )
    me.does(
        "varroa", "2025-02-15T16:30", {"place": b, "amount": amount(3, "chai", 3, "LTR"), "product": acid}
    )
    me.does(
        "hive_reading", "2025-03-01T07:00", {"place": b, "readings": [{"parameter": "brood", "value": 34.4}]}
    )
    me.does(
        "health",
        "2025-03-20T08:30",
        {"place": b, "result": "conformant", "readings": [{"parameter": "varroa", "value": 1.2}]},
    )
    hives = me.lot("planting")
    me.does("moving", "2025-04-05T05:30", {"lots": me.shares(hives), "place": a})
    me.does(
        "nectar_flow",
        "2025-05-10T18:00",
        {"place": a, "forage": "hoa rừng", "readings": [{"parameter": "weight", "value": 29}]},
    )
    me.does("harvesting", "2025-05-12T07:00", {"place": a, "amount": kg(182), "sealed": 85})
    ripe = me.lot("harvested")
    me.does("drum", "2025-05-12T15:00", {"lots": me.shares(ripe), "drum": "PHUY 07", "place": a})
    me.does(
        "honey_receipt",
        "2025-05-13T08:30",
        {"lot": ripe, "amount": kg(182), "readings": [{"parameter": "brix_water", "value": 20.6}]},
    )
    me.does("sampling", "2025-05-14T17:00", {"lot": ripe, "amount": amount(500, "g", 0.5, "KGM")})
    lab = laboratory(
        world,
        me,
        ripe,
        {"moisture": 20.4, "sugars": 66.8, "sucrose": 1.9, "hmf": 8.2, "c4": 1.1, "chloramphenicol": 0},
        "2025-05-22T14:00",
    )
    me.does(
        "harvesting",
        "2025-05-16T07:00",
        {"place": a, "amount": kg(40), "sealed": 60},
        foreseen=["measure.range"],
    )
    wet = me.lot("harvested")
    me.does(
        "hold",
        "2025-05-17T08:30",
        {
            "lots": me.shares(wet),
            "reason": "mật quay sau mưa, chưa đủ chín",
            "place": me.book["places"][4]["uri"],
            "readings": [{"parameter": "brix_water", "value": 22.8}],
        },
    )
    me.does(
        "filtering",
        "2025-05-26T15:00",
        {
            "lots": me.shares(ripe),
            "amount": kg(179.4),
            "process": "mesh",
            "readings": [{"parameter": "temperature", "value": 37.8}],
        },
    )
    me.does(
        "packing",
        "2025-05-28T10:00",
        {
            "lots": me.shares(me.lot("intermediate")),
            "product": me.product("packed", "500 g"),
            "count": packs(240, "lo"),
        },
    )
    jars = me.lot("packed")
    others = handed_over(
        world, me, jars, 24, "2025-06-02", "2025-06-04", me.product("packed", "250 g"), held=True
    )
    return me, jars, [lab, *others]


def handed_over(
    world: Recording,
    me: Hand,
    lot: str,
    count: int,
    packed: str,
    sold: str,
    smaller: str,
    *,
    held: bool = False,
) -> list[Hand]:
    """What is the same for all: labels, a pallet, a delivery, a sale at the gate, a repack."""
    whole: dict[str, Any] = {"lots": me.shares(lot)}
    me.does("labelling", f"{packed}T11:30", whole | {"amount": packs(count)})
    me.does("aggregation", f"{packed}T13:00", whole | {"container": PALLET[me.line], "amount": packs(count)})
    me.does(
        "shipping",
        f"{packed}T14:00",
        whole | {"partner": SHOP, "amount": packs(count), "container": PALLET[me.line], "carrier": CARRIER},
    )
    buyer = shop(world, me, lot, count, (packed, sold))
    gate = next(str(item["uri"]) for item in me.book["places"] if item["kind"] == "gate")
    me.does("selling", f"{sold}T09:00", whole | {"amount": packs(2), "place": gate})
    me.does("repack", f"{sold}T10:00", whole | {"used": packs(2), "product": smaller, "count": packs(4)})
    if not held:
        me.does(
            "hold",
            f"{sold}T11:00",
            whole | {"reason": "chờ kết quả kiểm nghiệm", "place": me.book["places"][1]["uri"]},
        )
    if me.line != "herb":
        me.does("note", f"{sold}T12:00", {"note": "xong một vụ", "place": me.book["places"][0]["uri"]})
    return [buyer]
