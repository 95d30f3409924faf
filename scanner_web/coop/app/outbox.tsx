/** "Chờ gửi": what is on its way. There is nothing to press; what was refused says why, and what to do. */

import { useState } from "preact/hooks";
import { isSettled, isUnsent, type Slip } from "../core/slips.ts";
import type { ScreenProps } from "./app.ts";
import { Page, useSlips } from "./frame.tsx";
import { Call, Empty, Failure, Icon, Note } from "./parts.tsx";
import { SlipCard } from "./slips.tsx";
import { type Trouble, troubleOf } from "./trouble.ts";

const SHOWN = 5; // of those that arrived

/** `#/outbox` */
export function OutboxScreen({ app }: ScreenProps) {
  const { c, outbox, workbook } = app;
  const slips = useSlips(app);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const waiting = slips.filter(isUnsent);
  const refused = slips.filter((slip) => slip.state === "refused" && !isSettled(slip));
  const arrived = slips.filter(({ state }) => state === "recorded").slice(0, SHOWN);
  const act = (what: string, slip: Slip) => {
    const done =
      what === "retry" ? outbox.retry(slip.id).then(() => outbox.drain(true)) : outbox.setAside(slip.id);
    done.catch((error: unknown) => setTrouble(troubleOf(error, c)));
  };
  const send = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await app.refresh();
      await outbox.drain(true);
    } catch (error) {
      setTrouble(troubleOf(error, c));
    } finally {
      setBusy(false);
    }
  };
  const title =
    refused.length > 0
      ? c.t("coop.out.refused", { n: refused.length })
      : waiting.length > 0
        ? c.t("coop.out.waiting", { n: waiting.length })
        : c.t("coop.allsent");
  return (
    <Page app={app} title={title} above={c.t("coop.nav.outbox")} nav="outbox">
      {waiting.length > 0 && !app.practice && (
        <Note
          icon={app.lost ? "fp" : "cloud"}
          tone={app.lost ? "caution" : "wait"}
          title={c.t(app.lost ? "coop.lost.title" : "coop.out.auto")}
        >
          <p>{c.t(app.lost ? "coop.lost.body" : "coop.out.auto_body")}</p>
        </Note>
      )}
      {app.practice && <Note icon="edit" title={c.t("coop.after.practice_title")} />}
      {trouble && (
        <Failure c={c} sentence={trouble.sentence} code={trouble.code} phone={workbook?.supportPhone} />
      )}
      {slips.length === 0 && (
        <Empty picture="p-book" sentence={c.t("coop.out.empty")}>
          <a class="btn big" href="#/">
            <Icon name="home" />
            {c.t("coop.home_link")}
          </a>
        </Empty>
      )}
      <ul class="slips">
        {[...refused, ...waiting].map((slip) => (
          <SlipCard key={slip.id} app={app} slip={slip} acts={slip.state === "refused"} onAct={act} />
        ))}
        {arrived.map((slip) => (
          <SlipCard key={slip.id} app={app} slip={slip} />
        ))}
      </ul>
      {refused.length > 0 && (
        <div class="menu">
          <Call c={c} phone={workbook?.org.phone ?? workbook?.supportPhone} />
        </div>
      )}
      {slips.length > 0 && (
        <div class="menu">
          {waiting.length > 0 && !app.practice && (
            <button type="button" class="btn soft full" disabled={busy} onClick={() => void send()}>
              <Icon name="send" />
              {c.t("coop.out.send")}
            </button>
          )}
          <ExportButton {...{ app }} />
        </div>
      )}
    </Page>
  );
}

/** All slips as one file, to be kept elsewhere or sent by another phone. */
export function ExportButton({ app }: Pick<ScreenProps, "app">) {
  const save = async () => {
    const blob = await app.outbox.exportAll();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = `nguon-${new Date().toISOString().slice(0, 10)}.json`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  };
  return (
    <button type="button" class="btn sec2 full" onClick={() => void save()}>
      <Icon name="file" />
      {app.c.t("coop.out.export")}
    </button>
  );
}
