/**
 * The GS1 application identifiers as data: which there are, what each holds, and where it may stand.
 *
 * Source: facts of the GS1 Barcode Syntax Dictionary, release 2026-01-27; GS1 General Specifications §3.
 */

/** From a format, as `components.ts` reads it, to the identifiers that have it, as `range` reads them. */
const LISTED: Readonly<Record<string, string>> = {
  "n18+csum": "00 8017 8018",
  "n14+csum": "01 02 03",
  "n13+csum": "410-417",
  "n17+csum": "402",
  "n13+csum [x..17]": "253",
  "n13+csum [n..12]": "255",
  "n1+zero n13+csum [x..16]": "8003",
  "n14+csum n4+pieces": "8006 8026",
  "x..30+gcp": "401 7023 8004",
  "y..30+gcp": "8010",
  "x..25+pair+gcp": "8013",
  "x..25+pair+gcp+mixed": "8014",
  "n6+month": "11-13 15-17",
  "n6+day": "4326 7006",
  "n6+day [n6+day]": "7007",
  "n6+day [n4+time]": "7011",
  "n6+day n4+time": "7003",
  "n6+month n4+time": "4324 4325",
  "n6+day n2+hour [n2+sixty] [n2+sixty]": "8008",
  "n8+birthday": "7250",
  "n8+birthday n4+time": "7251",
  n6: "310-316x5 320-337x5 340-357x5 360-369x5 395x5 8005",
  "n6 [x1+hyphen]": "4330-4333",
  "n..4": "7004",
  "n..6": "242",
  "n..8": "30 37",
  "n..15": "3900-3909 3920-3929",
  "n3 n..15": "3910-3919 3930-3939",
  n3: "422 424 426",
  "n3 [n3] [n3] [n3] [n3]": "423 425",
  "n3 x..9": "421",
  "n3 x..27": "7030-7039",
  "x2+country": "4307 4317",
  "n10+latitude n10+longitude": "4309",
  n2: "20",
  n4: "3940-3943 8111",
  n13: "7001",
  n15: "8040 8041",
  "n18 [n..2]": "8043",
  n32: "8042",
  "n..10": "8019",
  "n..12+unpadded": "8011",
  "n1+yesno": "4321-4323",
  "n1+sex": "7252",
  "n2+medium": "7241",
  "n4+some n5+some n3+some n1+winding n1": "8001",
  "x..2": "7010",
  "x..3": "427 7008",
  "x..4": "7041",
  "x..10": "7009 7255",
  "x..12": "7005",
  "x..20": "10 21 22 243 254 420 710-717 4318 7020-7022 7240 8002 8012",
  "x..25": "7242 8020",
  "x..28": "235",
  "x..30": "90 240 241 250 251 400 403 4308 4319 7002",
  "x..34+iban": "8007",
  "x..50": "8009",
  "x..70": "8110 8112 8200",
  "x..90": "91-99",
  "z..90": "8030",
  "x2 x..28": "7230-7239",
  "x3+sequence": "7258",
  "n1 x1 x1 x1+importer": "7040",
  "x..35+escaped": "4300 4301 4310 4311 4320",
  "x..40+escaped": "7253 7254 7259",
  "x..70+escaped": "4302-4306 4312-4316 7257",
  "x..90+escaped": "7256",
};

/** The format of each application identifier. */
export const FORMATS: ReadonlyMap<string, string> = new Map(
  Object.entries(LISTED).flatMap(([format, names]) =>
    names.split(" ").flatMap((item) => range(item).map((name) => [name, format] as const)),
  ),
);

/** First two digits of the identifiers whose values need no separator after them: their length is known. */
export const FIXED_STARTS: ReadonlySet<string> = new Set(
  "00 01 02 03 11 12 13 15 16 17 20 31 32 33 34 35 36 41".split(" "),
);

/** Identifiers that may not stand in the query of a Digital Link. */
export const NO_ATTRIBUTES: ReadonlySet<string> = new Set(
  "03 21 22 235 254 7040 7041 8011 8014 8019 8020 8040 8041 8042 8043 8200".split(" "),
);

/** Primary keys of a Digital Link, and the rows of qualifiers that may follow each, in their order. */
export const QUALIFIERS: ReadonlyMap<string, readonly (readonly string[])[]> = new Map(
  (
    "00 01:22,10,21|235 253 255 401 402 414:254|7040 415:8020 417:7040 8003 8004:7040 8006:22,10,21 8010:8011 " +
    "8013 8017:8019 8018:8019"
  )
    .split(" ")
    .map((item) => {
      const [primary = "", rows = ""] = item.split(":");
      return [primary, rows.split("|").map((row) => (row ? row.split(",") : []))];
    }),
);

/** What messages call an identifier; the others go by their number. */
export const NAMES: Readonly<Record<string, string>> = {
  "00": "SSCC",
  "01": "GTIN",
  "10": "Lot",
  "21": "Serial",
  "253": "GDTI",
  "254": "GLN extension",
  "255": "GCN",
  "414": "GLN",
  "415": "GLN",
  "417": "GLN",
  "8003": "GRAI",
  "8004": "GIAI",
  "8006": "ITIP",
  "8010": "CPID",
  "8013": "GMN",
  "8017": "GSRN",
  "8018": "GSRN",
};

/** The identifiers of `a`, `a-b`, or `a-bxn`: each of them with a digit from 0 to n after it. */
function range(item: string): string[] {
  const [ends = "", digits] = item.split("x");
  const [first = "", last = first] = ends.split("-");
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, place) =>
    String(Number(first) + place).padStart(first.length, "0"),
  ).flatMap((name) =>
    digits === undefined ? [name] : Array.from({ length: Number(digits) + 1 }, (_, digit) => name + digit),
  );
}
