/** Help, always in the same place: whom to call, how it goes, practice, and how one likes to read. */

import type { ScreenProps } from "./app.ts";
import { Page } from "./frame.tsx";
import { Call, Icon, Note } from "./parts.tsx";
import { setPractice } from "./practice.ts";

/** `#/help` */
export function HelpScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const support = workbook?.supportPhone ?? null;
  const office = workbook?.org.phone ?? null;
  return (
    <Page app={app} title={c.t("coop.helping.title")} nav="help">
      <section class="card stack">
        <p>{c.t("coop.helping.body")}</p>
        <Call
          c={c}
          phone={office}
          kind="big"
          label={office ? c.t("coop.helping.office", { phone: office }) : ""}
        />
        <Call
          c={c}
          phone={support}
          kind={office ? "full sec2" : "big"}
          label={support ? c.t("coop.helping.support", { phone: support }) : ""}
        />
        {!office && !support && <Note icon="users" title={c.t("coop.helping.nobody")} />}
      </section>
      <ul class="menu">
        <Row href="#/tour" icon="eye" text={c.t("coop.helping.tour")} />
        <Row href="#/guide" icon="print" text={c.t("coop.helping.guide")} />
        <li>
          <button type="button" class="pick thin" onClick={() => setPractice(!app.practice)}>
            <span class="tl__n">
              <Icon name="edit" />
            </span>
            <b>{c.t(app.practice ? "coop.practice_end" : "coop.helping.practice")}</b>
            <Icon name="chev" />
          </button>
        </li>
        <Row href="#/settings" icon="gear" text={c.t("coop.settings.title")} />
      </ul>
    </Page>
  );
}

function Row(props: { readonly href: string; readonly icon: string; readonly text: string }) {
  return (
    <li>
      <a class="pick thin" href={props.href}>
        <span class="tl__n">
          <Icon name={props.icon} />
        </span>
        <b>{props.text}</b>
        <Icon name="chev" />
      </a>
    </li>
  );
}
