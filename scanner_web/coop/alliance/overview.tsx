/** All organisations at a glance: one sign each, whom to call first and why, one of them found by a few letters. */

import { useState } from "preact/hooks";
import type { App, ScreenProps } from "../app/app.ts";
import { Call, Icon } from "../app/parts.tsx";
import { useLoad, Wait } from "../desk/parts.tsx";
import { type Org, type Overview, readOverview } from "./data.ts";
import { AlliancePage, orgPath, Sign, saidOf } from "./parts.tsx";

const ORDER: readonly string[] = ["regular", "slow", "call", "none"];
const FIRST = 8;
const FOUND = 12;

/** `#/alliance` */
export function OverviewScreen({ app }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = useLoad(app, "/api/v1/alliance", readOverview);
  const told = loaded.state === "ready" ? loaded.value : null;
  const coops = told?.orgs.filter(({ kind }) => kind === "cooperative") ?? [];
  const title = told
    ? c.t("alliance.title", { n: coops.length, k: told.calls.length })
    : c.t("alliance.room.all");
  return (
    <AlliancePage app={app} room="all" title={title}>
      <div class="alliance__head">
        <a class="btn" href="#/alliance/invite">
          <Icon name="plus" />
          {c.t("alliance.room.invite")}
        </a>
        <a class="btn sec2" href="#/alliance/report">
          <Icon name="file" />
          {c.t("alliance.room.report")}
        </a>
        <a class="btn sec2" href="#/alliance/audit">
          <Icon name="list" />
          {c.t("alliance.room.audit")}
        </a>
      </div>
      <Wait app={app} loaded={loaded} again={again}>
        {(overview) => <Glance app={app} overview={overview} coops={coops} />}
      </Wait>
    </AlliancePage>
  );
}

function Glance(props: { readonly app: App; readonly overview: Overview; readonly coops: readonly Org[] }) {
  const { app, overview, coops } = props;
  const { c } = app;
  const [chosen, setChosen] = useState<string | null>(null);
  const [search, setSearch] = useState("");
  const sorted = [...coops].sort((a, b) => place(a) - place(b));
  const calls = overview.calls.flatMap((uri) => overview.orgs.find((org) => org.uri === uri) ?? []);
  const one = overview.orgs.find(({ uri }) => uri === chosen);
  const others = overview.orgs.filter(({ kind }) => kind !== "cooperative");
  const found = search.trim()
    ? overview.orgs.filter(({ name, uri }) => folded(`${name} ${uri}`).includes(folded(search.trim())))
    : [];
  return (
    <div class="alliance">
      <section class="card">
        <ul class="tallies">
          {ORDER.map((state) => (
            <li key={state} data-state={state}>
              <Sign state={state} />
              <b>{c.number(overview.counts[state] ?? 0)}</b>
              <small>{c.t(`alliance.state.${state}`)}</small>
            </li>
          ))}
        </ul>
        <ul class="signs" aria-label={c.t("alliance.signs")}>
          {sorted.map((org) => (
            <li key={org.uri}>
              <button
                type="button"
                aria-expanded={org.uri === chosen}
                aria-label={`${org.name}: ${c.t(`alliance.state.${org.state}`)}`}
                onClick={() => setChosen(org.uri === chosen ? null : org.uri)}
              >
                <Sign state={org.state} />
              </button>
            </li>
          ))}
        </ul>
        {one && (
          <ul class="calls" role="status">
            <Row app={app} org={one} />
          </ul>
        )}
        <div class="field deskfield found">
          <label for="find-org">{c.t("alliance.find", { n: overview.orgs.length })}</label>
          <input
            id="find-org"
            type="search"
            class="in"
            autocomplete="off"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        {search.trim() !== "" && (
          <ul class="calls" role="status">
            {found.slice(0, FOUND).map((org) => (
              <Row key={org.uri} app={app} org={org} />
            ))}
            {found.length === 0 && <li>{c.t("alliance.nobody")}</li>}
          </ul>
        )}
      </section>
      <div class="alliance two">
        <section class="card">
          <h2>{c.t("alliance.first")}</h2>
          {calls.length === 0 ? (
            <p class="m2">{c.t("alliance.nobody_to_call")}</p>
          ) : (
            <ul class="calls" data-calls>
              {calls.slice(0, FIRST).map((org) => (
                <Row key={org.uri} app={app} org={org} />
              ))}
            </ul>
          )}
        </section>
        <section class="card">
          <h2>{c.t("alliance.log")}</h2>
          <p class="bigfig">{c.number(overview.size)}</p>
          <p class="m2">{c.t("alliance.log_body", { every: c.duration(overview.every) })}</p>
        </section>
      </div>
      {others.length > 0 && (
        <section class="card">
          <h2>{c.t("alliance.others")}</h2>
          <ul class="calls">
            {others.map((org) => (
              <Row key={org.uri} app={app} org={org} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

/** An organisation in a line: why, its screen one tap away, and the telephone. */
function Row({ app, org }: { readonly app: App; readonly org: Org }) {
  const { c } = app;
  return (
    <li data-org={org.uri}>
      <a href={`#${orgPath(org)}`}>
        <b>
          <Sign state={org.state} /> {org.name}
        </b>
        <small>
          {org.kind === "cooperative" ? "" : `${c.t(`alliance.kind.${org.kind}`)} · `}
          {saidOf(c, org)}
        </small>
      </a>
      <Call c={c} phone={org.phone} label={c.t("alliance.call")} kind="full soft" />
    </li>
  );
}

function place(org: Org): number {
  return ORDER.indexOf(org.state);
}

/** Without accents, in small letters. */
function folded(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").replaceAll(/[đĐ]/g, "d").toLowerCase();
}
