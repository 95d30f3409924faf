/** Products: a list, and a form that the officer signs. */

import { useState } from "preact/hooks";
import type { JsonObject } from "../../verify/json.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Empty, Icon } from "../app/parts.tsx";
import type { Product, ProductKind, Workbook } from "../workbook.ts";
import { description, productAttributes, saidText } from "./describing.ts";
import { NeedsNetwork, Saved, useDescription, useSaving } from "./form.tsx";
import { nextGtin, readGtin, readNumber } from "./numbers.ts";
import { blobPath, Choice, DeskPage, Photo, SignButton, Text } from "./parts.tsx";
import { amountText, today } from "./views.ts";

const KINDS: readonly ProductKind[] = [
  "packed",
  "harvested",
  "intermediate",
  "byproduct",
  "planting",
  "seed",
  "input",
];

/** `#/desk/products` */
export function ProductsScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const products = [...(workbook?.products ?? [])].sort(
    (a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1),
  );
  return (
    <DeskPage
      app={app}
      room="products"
      title={c.t("desk.room.products")}
      end={
        <a class="btn big" href="#/desk/products/new">
          <Icon name="plus" />
          {c.t("desk.product.new")}
        </a>
      }
    >
      {products.length === 0 && <Empty picture="p-pack" sentence={c.t("desk.product.none")} />}
      <ul class="desklist">
        {products.map((product) => (
          <li key={product.gtin}>
            <a class="pick thin" href={`#/desk/products/${product.gtin}`} data-gtin={product.gtin}>
              <Thumb href={product.image} icon="tag" />
              <span>
                <b>{product.name}</b>
                <small>
                  {[c.t(`desk.kind.${product.kind}`), product.gtin, unitsText(product, app)]
                    .filter(Boolean)
                    .join(" · ")}
                </small>
              </span>
              <Icon name="chev" />
            </a>
          </li>
        ))}
      </ul>
    </DeskPage>
  );
}

function rank({ kind }: Product): number {
  return KINDS.indexOf(kind);
}

function unitsText({ units, uom }: Product, { c }: App): string {
  return units.map(({ name, base }) => `${name} = ${amountText(base, uom, c)}`).join(", ");
}

/** A small picture, else an icon. */
export function Thumb({ href, icon }: { readonly href: string | null; readonly icon: string }) {
  const source = blobPath(href);
  return source ? (
    <img class="deskthumb" src={source} alt="" width="52" height="52" />
  ) : (
    <span class="tl__n">
      <Icon name={icon} />
    </span>
  );
}

/** `#/desk/products/new`, `#/desk/products/:gtin` */
export function ProductScreen({ app, params }: ScreenProps) {
  const { workbook, c } = app;
  const product = workbook?.products.find(({ gtin }) => gtin === params.gtin) ?? null;
  const { attributes, missing } = useDescription(app, product?.uri ?? null);
  if (!workbook || missing || attributes === null)
    return (
      <DeskPage
        app={app}
        room="products"
        title={product?.name ?? c.t("desk.product.new")}
        back="/desk/products"
        narrow
      >
        {missing || !workbook ? <NeedsNetwork app={app} /> : <p role="status">{c.t("desk.loading")}</p>}
      </DeskPage>
    );
  return <Form key={params.gtin} app={app} workbook={workbook} product={product} before={attributes} />;
}

interface Said {
  readonly gtin: string;
  readonly name: string;
  readonly kind: ProductKind | null;
  readonly line: string | null;
  readonly netContent: string;
  readonly shelf: string;
  readonly stars: string;
  readonly standards: string;
  readonly image: string | null;
  readonly unit: string;
  readonly base: string;
  readonly aliases: string;
  readonly ingredient: string;
  readonly interval: string;
  readonly target: string;
}

function saidOf(workbook: Workbook, product: Product | null, before: JsonObject): Said {
  const taken = workbook.products.map(({ gtin }) => gtin);
  return {
    gtin: product?.gtin ?? nextGtin(workbook.org.stems, taken) ?? "",
    name: product?.name ?? "",
    kind: product?.kind ?? null,
    line: product?.line ?? workbook.org.lines[0] ?? null,
    netContent: saidText(before, "netContentDescription"),
    shelf: saidText(before, "shelfLifeMonths"),
    stars: saidText(before, "ocopStars"),
    standards: saidText(before, "appliedStandards"),
    image: product?.image ?? null,
    unit: product?.units[0]?.name ?? "",
    base: product?.units[0] ? String(product.units[0].base) : "",
    aliases: product?.aliases.join(", ") ?? "",
    ingredient: saidText(before, "activeIngredient"),
    interval: saidText(before, "preHarvestIntervalDays"),
    target: saidText(before, "target"),
  };
}

function Form(props: {
  readonly app: App;
  readonly workbook: Workbook;
  readonly product: Product | null;
  readonly before: JsonObject;
}) {
  const { app, workbook, product, before } = props;
  const { c } = app;
  const [said, setSaid] = useState(() => saidOf(workbook, product, before));
  const [tried, setTried] = useState(false);
  const saving = useSaving(app);
  const set = (change: Partial<Said>) => setSaid((now) => ({ ...now, ...change }));
  const taken = workbook.products.map(({ gtin }) => gtin);
  const read = product
    ? { gtin: product.gtin, problem: null, digit: null }
    : readGtin(said.gtin, workbook.org.stems, taken);
  const numberWrong =
    read.problem && (tried || read.problem !== "empty") ? gtinText(read.problem, read.digit, app) : null;
  const nameWrong = tried && !said.name.trim() ? c.t("desk.needed") : null;
  const kindWrong = tried && said.kind === null;
  const isPacked = said.kind === "packed" || said.kind === "input" || said.kind === "seed";
  const sign = () => {
    setTried(true);
    if (!read.gtin || !said.name.trim() || said.kind === null) return;
    const { gtin } = read;
    const attributes = productAttributes(
      {
        name: said.name,
        netContent: isPacked ? said.netContent : "",
        shelfLifeMonths: said.kind === "packed" ? readNumber(said.shelf) : null,
        ocopStars: said.kind === "packed" ? readNumber(said.stars) : null,
        line: said.kind === "input" ? null : said.line,
        standards: said.standards,
        image: said.image,
        input:
          said.kind === "input"
            ? {
                activeIngredient: said.ingredient,
                preHarvestIntervalDays: readNumber(said.interval),
                target: said.target,
              }
            : null,
      },
      before,
    );
    const uri = `https://id.gs1.org/01/${gtin}`;
    const base = readNumber(said.base);
    const habits = {
      kind: said.kind,
      line: said.kind === "input" ? null : said.line,
      uom: said.kind === "packed" || said.kind === "planting" ? "" : (product?.uom ?? "KGM"),
      units: said.unit.trim() && base ? [{ name: said.unit.trim(), base }] : [],
      aliases: words(said.aliases),
    };
    void saving.save(
      [description("product", uri, attributes, today(new Date()))],
      {
        sentence: c.t("desk.product.slip", { name: said.name.trim() }),
        photos: said.image && said.image !== product?.image ? [said.image] : [],
      },
      () => app.api.put(`/api/v1/desk/products/${gtin}`, habits),
    );
  };
  return (
    <DeskPage
      app={app}
      room="products"
      title={product ? product.name : c.t("desk.product.new")}
      back="/desk/products"
      narrow
      end={<SignButton app={app} busy={saving.busy} onSign={sign} />}
    >
      <Saved app={app} saving={saving} />
      <section class="card stack">
        <Text
          name="name"
          label={c.t("desk.product.name")}
          value={said.name}
          wrong={nameWrong}
          onInput={(name) => set({ name })}
        />
        {product ? (
          <p class="m2">{c.t("desk.product.number", { gtin: product.gtin })}</p>
        ) : (
          <Text
            name="gtin"
            label="GTIN"
            mode="numeric"
            hint={c.t("desk.product.gtin_hint")}
            wrong={numberWrong}
            value={said.gtin}
            onInput={(gtin) => set({ gtin })}
          />
        )}
        <Choice
          label={c.t("desk.product.kind")}
          name="kind"
          options={KINDS.map((kind) => [kind, c.t(`desk.kind.${kind}`)] as const)}
          value={said.kind}
          onChoose={(kind) => set({ kind })}
        />
        {kindWrong && (
          <p class="wrong" role="alert">
            {c.t("desk.needed")}
          </p>
        )}
        {said.kind !== null && said.kind !== "input" && workbook.org.lines.length > 1 && (
          <Choice
            label={c.t("desk.product.line")}
            name="line"
            options={workbook.org.lines.map((line) => [line, c.maybe(`line.name.${line}`) || line] as const)}
            value={said.line}
            onChoose={(line) => set({ line })}
          />
        )}
        {isPacked && (
          <Text
            name="net"
            label={c.t("desk.product.net")}
            hint={c.t("desk.product.net_hint")}
            value={said.netContent}
            onInput={(netContent) => set({ netContent })}
          />
        )}
        {said.kind === "packed" && (
          <>
            <Text
              name="shelf"
              mode="numeric"
              label={c.t("desk.product.shelf")}
              value={said.shelf}
              onInput={(shelf) => set({ shelf })}
            />
            <Choice
              label={c.t("desk.product.stars")}
              name="stars"
              options={[
                ["", c.t("desk.product.no_stars")],
                ["3", c.t("desk.product.star", { n: 3 })],
                ["4", c.t("desk.product.star", { n: 4 })],
                ["5", c.t("desk.product.star", { n: 5 })],
              ]}
              value={said.stars}
              onChoose={(stars) => set({ stars })}
            />
            <Text
              name="standards"
              label={c.t("desk.product.standards")}
              value={said.standards}
              onInput={(standards) => set({ standards })}
            />
          </>
        )}
        {said.kind === "input" && (
          <>
            <Text
              name="ingredient"
              label={c.t("desk.product.ingredient")}
              value={said.ingredient}
              onInput={(ingredient) => set({ ingredient })}
            />
            <Text
              name="interval"
              mode="numeric"
              label={c.t("desk.product.interval")}
              hint={c.t("desk.product.interval_hint")}
              value={said.interval}
              onInput={(interval) => set({ interval })}
            />
            <Text
              name="target"
              label={c.t("desk.product.target")}
              value={said.target}
              onInput={(target) => set({ target })}
            />
          </>
        )}
        <Photo app={app} label={c.t("desk.picture")} value={said.image} onTake={(image) => set({ image })} />
      </section>
      <section class="card stack">
        <h2 class="as3">{c.t("desk.product.habits")}</h2>
        <p class="m2">{c.t("desk.product.habits_body")}</p>
        <Text
          name="unit"
          label={c.t("desk.product.unit")}
          hint={c.t("desk.product.unit_hint")}
          value={said.unit}
          onInput={(unit) => set({ unit })}
        />
        <Text
          name="base"
          mode="decimal"
          label={c.t("desk.product.base")}
          value={said.base}
          onInput={(base) => set({ base })}
        />
        <Text
          name="aliases"
          label={c.t("desk.aliases")}
          hint={c.t("desk.aliases_hint")}
          value={said.aliases}
          onInput={(aliases) => set({ aliases })}
        />
      </section>
    </DeskPage>
  );
}

/** Words that commas part. */
export function words(text: string): string[] {
  return text
    .split(",")
    .map((word) => word.trim())
    .filter(Boolean);
}

function gtinText(problem: string, digit: number | null, { c }: App): string {
  return c.t(`desk.gtin.${problem}`, { digit: String(digit ?? "") });
}
