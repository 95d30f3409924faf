/** What the alliance's screens share: the menu beside them, signs, the reasons to call in words. */

import type { ComponentChildren } from "preact";
import type { Catalogue } from "../../page/i18n.ts";
import type { App } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Icon } from "../app/parts.tsx";
import type { Org, Why } from "./data.ts";

const ROOMS = [
  { room: "all", path: "/alliance", icon: "users" },
  { room: "invite", path: "/alliance/invite", icon: "plus" },
  { room: "report", path: "/alliance/report", icon: "file" },
  { room: "audit", path: "/alliance/audit", icon: "list" },
] as const;

export type AllianceRoom = (typeof ROOMS)[number]["room"];

/** A page of the alliance: with the menu beside it where there is room. */
export function AlliancePage(props: {
  readonly app: App;
  readonly room: AllianceRoom;
  readonly title: string;
  readonly back?: string;
  readonly narrow?: boolean;
  readonly children: ComponentChildren;
  readonly end?: ComponentChildren;
}) {
  const { app, room } = props;
  const { c } = app;
  return (
    <div class="deskroom">
      <nav class="side deskroom__side" aria-label={c.t("alliance.menu")}>
        {ROOMS.map(({ room: name, path, icon }) => (
          <a key={name} href={`#${path}`} aria-current={name === room ? "page" : undefined}>
            <Icon name={icon} />
            {c.t(`alliance.room.${name}`)}
          </a>
        ))}
        <a href="#/help" class="deskroom__help">
          <Icon name="phone" />
          {c.t("coop.nav.help")}
        </a>
      </nav>
      <Page
        app={app}
        title={props.title}
        above={c.t("alliance.name")}
        back={props.back}
        wide={props.narrow !== true}
        end={props.end}
      >
        {props.children}
      </Page>
    </div>
  );
}

/** The sign of a state: its shape says it before its colour. */
export function Sign({ state }: { readonly state: string }) {
  return <span class="statesign" data-state={state} aria-hidden="true" />;
}

/** A reason to call in words. */
export function whyText(c: Catalogue, { code, params }: Why): string {
  if (code === "denied" && !params.reason) return c.t("alliance.why.denied_bare", params);
  return c.t(`alliance.why.${code}`, params);
}

/** Why to call, or how long ago the last entry was. */
export function saidOf(c: Catalogue, org: Org): string {
  if (org.why.length > 0) return org.why.map((why) => whyText(c, why)).join(". ");
  if (org.last === null) return c.t("alliance.state.none");
  return c.t("alliance.last", { age: c.age(new Date(org.last), new Date()) });
}

/** Where an organisation's own screen is. */
export function orgPath(org: Org): string {
  return `/alliance/org/${encodeURIComponent(org.uri)}`;
}
