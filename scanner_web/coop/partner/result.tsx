/** Entering a result: figures of the line with their limits, the report's number, its papers; read back, then signed. */

import { useId, useState } from "preact/hooks";
import { targetOfUri } from "../../verify/target.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Icon, Note } from "../app/parts.tsx";
import { takePhoto } from "../app/record/camera.ts";
import { figureOf } from "../app/record/stepper.tsx";
import { useVoice } from "../app/speech.ts";
import { Choice, Text } from "../desk/parts.tsx";
import { LINES, stepOf } from "../lines/table.ts";
import type { Measured } from "../lines/template.ts";
import { Signed, useSigning } from "./answer.tsx";
import type { Claim } from "./claims.ts";
import { type Figure, result } from "./events.ts";
import { ClaimCard, Missing, useTable } from "./table.tsx";

const LARGEST = 8_000_000; // bytes of a report

interface Paper {
  readonly href: string;
  readonly mediaType: string;
  readonly title: string;
}

/** `#/lab/result/:index`; `new?lot=…` for a sample that nobody announced. */
export function ResultScreen({ app, params, query }: ScreenProps) {
  const { table } = useTable(app);
  const claim = table?.toAnswer.find(({ index }) => String(index) === params.index) ?? null;
  const lot = claim ? claim.about.find((uri) => uri.includes("/10/")) : query.get("lot");
  if (!lot || (params.index !== "new" && !claim))
    return <Missing app={app} told={table !== null} back="/lab" />;
  return <Entering app={app} claim={claim} lot={lot} />;
}

/** The line whose figures are asked: the claim's, if there is a table of it. */
function lineOf(claim: Claim | null): string {
  const known = LINES.find(({ code }) => code === claim?.line) ?? LINES[0];
  return known?.code ?? "";
}

/** Whether a value keeps to the limit that its report gives. */
function keeps({ report }: Measured, value: number): boolean {
  const [most, least] = [report["nguon:limitMax"], report["nguon:limitMin"]];
  return !(typeof most === "number" && value > most) && !(typeof least === "number" && value < least);
}

function limitOf(app: App, { report, unit }: Measured): string {
  const { c } = app;
  const [most, least] = [report["nguon:limitMax"], report["nguon:limitMin"]];
  if (typeof most === "number") return c.t("partner.lab.most", { limit: c.number(most), unit });
  if (typeof least === "number") return c.t("partner.lab.least", { limit: c.number(least), unit });
  return c.t("partner.lab.nolimit");
}

function Entering({
  app,
  claim,
  lot,
}: {
  readonly app: App;
  readonly claim: Claim | null;
  readonly lot: string;
}) {
  const { c } = app;
  const [line, setLine] = useState(lineOf(claim));
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [number, setNumber] = useState("");
  const [finding, setFinding] = useState<"conformant" | "non_conformant" | null>(null);
  const [papers, setPapers] = useState<readonly Paper[]>([]);
  const [tried, setTried] = useState(false);
  const [reading, setReading] = useState(false);
  const signing = useSigning(app);
  const voice = useVoice(app.lang);
  const step = stepOf(line, "laboratory");
  const measured = [...(step?.measured.values() ?? [])];
  const entered = measured.flatMap((one) => {
    const text = texts[one.code]?.trim() ?? "";
    return text ? [{ one, value: figureOf(text) }] : [];
  });
  const wrong = entered.some(({ value }) => value === null);
  const figures = entered.flatMap(({ one, value }) => (value === null ? [] : [{ one, value }]));
  const over = figures.filter(({ one, value }) => !keeps(one, value));
  const target = targetOfUri(lot);
  const product = claim?.goods.find(({ uri }) => uri === lot)?.product ?? target?.gtin ?? "";
  const sentence = c.t("partner.said.result", {
    what: `${product} ${target?.lot ?? ""}`.trim(),
    finding: finding ? c.t(`partner.lab.${finding}`) : "",
    figures: figures
      .map(({ one, value }) => `${one.name[app.lang]} ${c.number(value)} ${one.unit}`.trim())
      .join(", "),
    number: number.trim(),
  });
  const next = () => {
    setTried(true);
    if (!wrong && figures.length > 0 && number.trim() && finding) {
      setReading(true);
      scrollTo(0, 0);
    }
  };
  const sign = () => {
    const list: Figure[] = figures.map(({ one, value }) => ({ report: one.report, value }));
    const found = {
      lot,
      amount: null,
      conformant: finding === "conformant",
      figures: list,
      number: number.trim(),
      attachments: papers,
    };
    signing.sign(
      (desk) => [result(found, claim, desk)],
      sentence,
      papers.map(({ href }) => href),
    );
  };

  if (reading || signing.slip)
    return (
      <Page
        app={app}
        title={c.t(signing.slip ? "partner.confirm.signed" : "coop.right")}
        back={signing.slip ? "/lab" : () => setReading(false)}
        end={
          !signing.slip && (
            <div class="btns">
              {voice && (
                <button type="button" class="btn sec2 full" onClick={() => voice(sentence)}>
                  <Icon name="sound" />
                  {c.t("coop.read")}
                </button>
              )}
              <button type="button" class="btn big sign" data-sign disabled={signing.busy} onClick={sign}>
                <Icon name="pen" />
                {c.t("partner.lab.sign")}
              </button>
            </div>
          )
        }
      >
        {!signing.slip && (
          <section class="card stack">
            <p class="lead2">{sentence}</p>
            <ul class="checklist">
              {figures.map(({ one, value }) => (
                <Row key={one.code} app={app} one={one} value={value} />
              ))}
            </ul>
            {over.length > 0 && finding === "conformant" && (
              <Note tone="caution" icon="warn" title={c.t("partner.lab.doubt", { n: over.length })} />
            )}
            {papers.map(({ href, title }) => (
              <p key={href} class="row">
                <Icon name="file" />
                {title}
              </p>
            ))}
          </section>
        )}
        <Signed app={app} signing={signing} />
      </Page>
    );
  return (
    <Page
      app={app}
      title={c.t("partner.lab.enter", { lot: target?.lot ?? "" })}
      back="/lab"
      end={
        <button type="button" class="btn big" onClick={next}>
          {c.t("coop.ask.next")}
        </button>
      }
    >
      {claim && <ClaimCard app={app} claim={claim} href={null} icon="flask" />}
      <section class="card stack">
        <Choice
          label={c.t("partner.lab.line")}
          name="line"
          options={LINES.map(({ code, name }) => [code, name[app.lang]] as const)}
          value={line}
          onChoose={setLine}
        />
        <Text
          name="number"
          label={c.t("partner.lab.number")}
          hint={c.t("partner.lab.number_hint")}
          value={number}
          wrong={tried && !number.trim() ? c.t("partner.lab.number_needed") : null}
          onInput={setNumber}
        />
      </section>
      <section class="card stack">
        <h2 class="as3">{c.t("partner.lab.figures")}</h2>
        {tried && figures.length === 0 && <p class="wrong">{c.t("partner.lab.figures_needed")}</p>}
        {measured.map((one) => (
          <Entry
            key={one.code}
            app={app}
            one={one}
            text={texts[one.code] ?? ""}
            onInput={(text) => setTexts({ ...texts, [one.code]: text })}
          />
        ))}
      </section>
      <section class="card stack">
        <Choice
          label={c.t("partner.lab.finding")}
          name="finding"
          options={(["conformant", "non_conformant"] as const).map(
            (code) => [code, c.t(`partner.lab.${code}`)] as const,
          )}
          value={finding}
          onChoose={setFinding}
        />
        {tried && !finding && <p class="wrong">{c.t("partner.lab.finding_needed")}</p>}
        {over.length > 0 && (
          <Note
            tone="caution"
            icon="warn"
            title={c.t("partner.lab.over", { what: over.map(({ one }) => one.name[app.lang]).join(", ") })}
          />
        )}
      </section>
      <Papers app={app} papers={papers} onChange={setPapers} />
    </Page>
  );
}

function Row({ app, one, value }: { readonly app: App; readonly one: Measured; readonly value: number }) {
  const good = keeps(one, value);
  return (
    <li data-tone={good ? "good" : "stop"}>
      <span class="checklist__sign" aria-hidden="true">
        <Icon name={good ? "check" : "warn"} />
      </span>
      <div>
        <b>{one.name[app.lang]}</b>
        <small>{limitOf(app, one)}</small>
      </div>
      <p class="nb">
        <b>{app.c.number(value)}</b> {one.unit}
      </p>
    </li>
  );
}

function Entry(props: {
  readonly app: App;
  readonly one: Measured;
  readonly text: string;
  readonly onInput: (text: string) => void;
}) {
  const { app, one, text } = props;
  const id = useId();
  const value = text.trim() ? figureOf(text) : null;
  const bad = text.trim() !== "" && (value === null || value < one.least || value > one.most);
  const over = value !== null && !keeps(one, value);
  return (
    <div class="reading" data-over={over}>
      <label for={id}>
        <b>{one.name[app.lang]}</b>
        <small class={over ? "wrong" : "m2"} id={`${id}-limit`}>
          {bad ? app.c.t("coop.ask.wrong_figure") : limitOf(app, one)}
        </small>
      </label>
      <span class="reading__in">
        <input
          id={id}
          name={one.code}
          class="in"
          inputMode="decimal"
          autocomplete="off"
          aria-invalid={bad}
          aria-describedby={`${id}-limit`}
          value={text}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
        <span>{one.unit}</span>
      </span>
    </div>
  );
}

/** The signed report as a file, or photos of it. */
function Papers(props: {
  readonly app: App;
  readonly papers: readonly Paper[];
  readonly onChange: (papers: readonly Paper[]) => void;
}) {
  const { app, papers } = props;
  const { c } = app;
  const [trouble, setTrouble] = useState<string | null>(null);
  const id = useId();
  const take = async (files: FileList | null) => {
    const more: Paper[] = [];
    for (const file of files ?? []) {
      try {
        if (file.type === "application/pdf") {
          if (file.size > LARGEST) throw new Error("large");
          const bytes = new Uint8Array(await file.arrayBuffer());
          more.push({
            href: await app.outbox.addPhoto(bytes, file.type),
            mediaType: file.type,
            title: file.name,
          });
        } else {
          const { bytes, mediaType } = await takePhoto(file);
          more.push({
            href: await app.outbox.addPhoto(bytes, mediaType),
            mediaType,
            title: c.t("partner.lab.photo"),
          });
        }
        setTrouble(null);
      } catch {
        setTrouble(c.t("partner.lab.unreadable", { name: file.name }));
      }
    }
    props.onChange([...papers, ...more]);
  };
  return (
    <section class="card stack">
      <h2 class="as3">{c.t("partner.lab.papers")}</h2>
      {papers.map(({ href, title }) => (
        <p key={href} class="row">
          <Icon name="file" />
          <span class="grow">{title}</span>
          <button
            type="button"
            class="linkish"
            onClick={() => props.onChange(papers.filter((paper) => paper.href !== href))}
          >
            {c.t("partner.lab.remove")}
          </button>
        </p>
      ))}
      <label class="btn sec2 pickfile full" for={id}>
        <Icon name="file" />
        {c.t("partner.lab.attach")}
      </label>
      <input
        id={id}
        type="file"
        class="vh"
        accept="application/pdf,image/*"
        multiple
        onChange={(event) => void take(event.currentTarget.files)}
      />
      {trouble && <p class="wrong">{trouble}</p>}
    </section>
  );
}
