/** The desk's first screen: what runs out, what wants a look, and where everything is. */

import type { ScreenProps } from "../app/app.ts";
import { Icon, Note } from "../app/parts.tsx";
import { CertificateRow } from "./certificates.tsx";
import { type Lane, readBoard, readBuyerReports } from "./data.ts";
import { useAdmitting } from "./members.tsx";
import { DeskPage, ROOMS, useLoad } from "./parts.tsx";
import { standing, today } from "./views.ts";

/** `#/desk` */
export function DeskScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const [board] = useLoad(app, "/api/v1/board", readBoard);
  const [reports] = useLoad(app, "/api/v1/reports?limit=20", readBuyerReports);
  useAdmitting(app, () => void app.refresh());
  const day = today(new Date());
  const ending = [...(workbook?.certificates ?? [])]
    .filter(({ validUntil }) => standing(validUntil, day).level !== "fine")
    .sort((a, b) => (a.validUntil < b.validUntil ? -1 : 1));
  const lanes: readonly Lane[] = board.state === "ready" ? board.value : [];
  const cards = lanes.flatMap(({ lots }) => lots);
  const failed = cards.filter(({ conformant, recalled }) => conformant === false && !recalled);
  const lacking = cards.filter(({ lacks }) => lacks !== null && lacks.length > 0);
  const news = reports.state === "ready" ? reports.value.length : 0;
  const isNew = workbook !== null && (workbook.org.lines.length === 0 || workbook.products.length === 0);
  return (
    <DeskPage app={app} room="home" title={c.t("desk.title")}>
      <div class="stack">
        {isNew && (
          <Note tone="wait" icon="leaf" title={c.t("desk.start.title")}>
            <ol class="steps">
              {(["org", "products", "places", "members"] as const).map((room) => (
                <li key={room}>
                  <a class="linkish" href={`#/desk/${room}`}>
                    {c.t(`desk.start.${room}`)}
                  </a>
                </li>
              ))}
            </ol>
          </Note>
        )}
        {ending.length > 0 && (
          <section class="stack" data-ending={ending.length}>
            <h2 class="as3">{c.t("desk.cert.ending", { n: ending.length })}</h2>
            {ending.map((certificate) => (
              <CertificateRow key={certificate.uri} app={app} certificate={certificate} />
            ))}
          </section>
        )}
        {failed.length > 0 && (
          <Note tone="stop" icon="flask" title={c.t("desk.home.failed", { n: failed.length })}>
            <p>{failed.map(({ product, lot }) => `${product}, ${lot}`).join("; ")}</p>
            <a class="btn sec2" href="#/desk/tests">
              {c.t("desk.home.look")}
            </a>
          </Note>
        )}
        {lacking.length > 0 && (
          <Note tone="caution" icon="print" title={c.t("desk.home.lacking", { n: lacking.length })}>
            <a class="btn sec2" href="#/desk/board">
              {c.t("desk.home.look")}
            </a>
          </Note>
        )}
        {news > 0 && (
          <Note tone="caution" icon="flag" title={c.t("desk.home.reports", { n: news })}>
            <a class="btn sec2" href="#/desk/reports">
              {c.t("desk.home.look")}
            </a>
          </Note>
        )}
        <div class="tiles desktiles">
          {ROOMS.filter(({ room }) => room !== "home").map(({ room, path, icon }) => (
            <a key={room} class={room === "board" ? "tile pri" : "tile"} href={`#${path}`} data-room={room}>
              <span class="pic pic--icon" aria-hidden="true">
                <Icon name={icon} />
              </span>
              <span>
                {c.t(`desk.room.${room}`)}
                {room === "board" && <small>{c.t("desk.home.lots", { n: cards.length })}</small>}
              </span>
            </a>
          ))}
        </div>
      </div>
    </DeskPage>
  );
}
