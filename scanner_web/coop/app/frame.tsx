/**
 * What stands around every screen: the way back, a title, the outbox's chip, the bottom bar with help always last.
 *
 *     <Page app={app} title={c.t("desk.products")} back="/desk" nav={null} wide>…</Page>
 */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { isSettled, isUnsent, type Slip } from "../core/slips.ts";
import type { App } from "./app.ts";
import { Dots, Icon, type Tone } from "./parts.tsx";

/** Which of the bottom bar's four one is on; null: on none of them, "none": there is no bar. */
export type Tab = "today" | "book" | "outbox" | "help" | null | "none";

const TABS = [
  { tab: "today", path: "/", icon: "home" },
  { tab: "book", path: "/book", icon: "book" },
  { tab: "outbox", path: "/outbox", icon: "send" },
  { tab: "help", path: "/help", icon: "phone" },
] as const;

/** A page of the app: header, content, bar. Its title is the screen's `h1`, and is read first. */
export function Page(props: {
  readonly app: App;
  readonly title: string;
  /** A small line above the title, beside the way back. */
  readonly above?: string | undefined;
  /** Where the arrow leads; without it there is none. */
  readonly back?: string | (() => void) | undefined;
  readonly dots?: { readonly at: number; readonly of: number };
  readonly nav?: Tab;
  /** Up to the desk's width, instead of a phone's column. */
  readonly wide?: boolean;
  readonly children: ComponentChildren;
  /** What commits: stays in reach of the thumb. */
  readonly end?: ComponentChildren;
}) {
  const { app } = props;
  const nav = props.nav ?? null;
  const orgName = app.workbook?.org.name ?? app.session.org?.name ?? "";
  return (
    <div class={nav === "none" ? "flow" : "flow has-nav"}>
      <header class="top app__top">
        {props.back !== undefined && <Back app={app} to={props.back} />}
        <b class="grow app__above">{props.above ?? (props.back === undefined ? orgName : "")}</b>
        {props.dots ? <Dots c={app.c} {...props.dots} /> : <Chip app={app} />}
      </header>
      <main id="main" class={props.wide ? "wrap app__wide" : "wrap"}>
        <h1 tabIndex={-1}>{props.title}</h1>
        {props.children}
        {props.end && <div class="end">{props.end}</div>}
      </main>
      {nav !== "none" && <Nav app={app} at={nav} />}
    </div>
  );
}

function Back({ app, to }: { readonly app: App; readonly to: string | (() => void) }) {
  const label = app.c.t("coop.nav.back");
  if (typeof to === "string")
    return (
      <a class="app__back" href={`#${to}`} aria-label={label}>
        <Icon name="back" />
      </a>
    );
  return (
    <button type="button" class="app__back" onClick={to} aria-label={label}>
      <Icon name="back" />
    </button>
  );
}

/** The bottom bar. */
export function Nav({ app, at }: { readonly app: App; readonly at: Tab }) {
  return (
    <nav class="nav" aria-label={app.c.t("coop.nav.label")}>
      {TABS.map(({ tab, path, icon }) => (
        <a key={tab} href={`#${path}`} aria-current={tab === at ? "page" : undefined}>
          <Icon name={icon} />
          {app.c.t(`coop.nav.${tab}`)}
        </a>
      ))}
    </nav>
  );
}

/** How many slips wait, always in view; pressing it shows them. */
export function Chip({ app }: { readonly app: App }) {
  const slips = useSlips(app);
  const waiting = slips.filter(isUnsent).length;
  const refused = slips.filter((slip) => slip.state === "refused" && !isSettled(slip)).length;
  const [tone, icon, text]: [Tone, string, string] = refused
    ? ["caution", "warn", app.c.t("coop.chip.refused", { n: refused })]
    : waiting
      ? ["wait", "clock", app.c.t("coop.chip.waiting", { n: waiting })]
      : ["good", "check", app.c.t("coop.allsent")];
  return (
    <a class="pill chip" data-tone={tone} href="#/outbox" data-waiting={waiting}>
      <Icon name={icon} />
      <span role="status">{text}</span>
    </a>
  );
}

const NONE: readonly Slip[] = [];

/** The outbox's slips, newest first, and again whenever it changes; none until they are read. */
export function useSlips(app: App): readonly Slip[] {
  return useSlipsOnceRead(app) ?? NONE;
}

/** The same; null until they are read. */
export function useSlipsOnceRead(app: App): readonly Slip[] | null {
  const [slips, setSlips] = useState<readonly Slip[] | null>(null);
  const { outbox } = app;
  useEffect(() => {
    let here = true;
    const read = () => {
      void outbox.slips().then((found) => {
        if (here) setSlips([...found].sort((a, b) => (a.at < b.at ? 1 : -1)));
      });
    };
    read();
    const stop = outbox.subscribe(read);
    return () => {
      here = false;
      stop();
    };
  }, [outbox]);
  return slips;
}
