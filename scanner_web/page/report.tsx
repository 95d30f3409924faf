/** Telling the cooperative that something is odd: one tap opens it, one sends it; photo and place if the buyer wishes. */

import { useEffect, useRef, useState } from "preact/hooks";
import { callOf } from "./actions.ts";
import type { Catalogue } from "./i18n.ts";
import type { Support } from "./model.ts";
import { type ReportKind, sendReport } from "./scans.ts";
import { Icon } from "./story/parts.tsx";

type State = "open" | "sending" | "done" | "failed";
const CELL = 0.5; // degrees: about fifty kilometres

/** The form. `kind`: what it is about. */
export function ReportForm(props: { code: string; kind: ReportKind; support: Support; c: Catalogue }) {
  const { code, kind, support, c } = props;
  const [state, setState] = useState<State>("open");
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    title.current?.focus();
    title.current?.scrollIntoView({ block: "nearest" });
  }, []);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement) || state === "sending") return;
    const filled = new FormData(form);
    setState("sending");
    const photo = filled.get("photo");
    const place = filled.get("near") === null ? undefined : await coarsePlace();
    const sent = await sendReport({
      code,
      kind,
      text: String(filled.get("text") ?? "").slice(0, 1000),
      place,
      photo: photo instanceof File && photo.size > 0 ? photo : undefined,
    });
    setState(sent ? "done" : "failed");
  };
  const call = callOf(support, c);
  return (
    <section class="card report" id="report" aria-labelledby="report-title">
      <h2 class="as3" id="report-title" ref={title} tabIndex={-1}>
        {kind === "different" ? c.t("compare.different") : c.t("report.title")}
      </h2>
      {state === "done" ? (
        <p role="status">{c.t("report.done")}</p>
      ) : (
        <form onSubmit={send} class="code-form">
          <label for="report-text">{c.t("report.what")}</label>
          <textarea class="in" id="report-text" name="text" rows={2} maxLength={1000} />
          <label for="report-photo">{c.t("report.photo")}</label>
          <input
            class="in"
            id="report-photo"
            name="photo"
            type="file"
            accept="image/*"
            capture="environment"
          />
          <label class="row" for="report-near">
            <input id="report-near" name="near" type="checkbox" />
            {c.t("report.place")}
          </label>
          <button class="btn big" type="submit" disabled={state === "sending"}>
            <Icon name="flag" />
            {c.t("report.send")}
          </button>
          {state === "failed" ? (
            <p role="alert">
              {c.t("report.failed")}
              {call ? <a href={call.href}> {call.label}</a> : null}
              {support.email ? <a href={`mailto:${support.email}`}> {support.email}</a> : null}
            </p>
          ) : null}
        </form>
      )}
    </section>
  );
}

/** Where the device is, to half a degree; undefined where it does not say. Nothing finer leaves it. */
function coarsePlace(): Promise<string | undefined> {
  return new Promise((resolve) => {
    if (!globalThis.navigator?.geolocation) return resolve(undefined);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(`${cell(coords.latitude)},${cell(coords.longitude)}`),
      () => resolve(undefined),
      { timeout: 4000, maximumAge: 3_600_000 },
    );
  });
}

function cell(degrees: number): number {
  return Math.round(degrees / CELL) * CELL;
}
