/** By an invitation into the book: who invites whom, as what; one button makes the passkey and the phone's key. */

import { useEffect, useState } from "preact/hooks";
import type { Catalogue } from "../../page/i18n.ts";
import type { Welcome } from "../core/api.ts";
import { openKey } from "../core/keys.ts";
import { createPasskey, hasPasskeys, remember, remembered, type Session } from "../core/session.ts";
import { joinersKey, requestFor, signAnew } from "./admission.ts";
import { Failure, Icon, Note, Picture } from "./parts.tsx";
import type { Ground } from "./session.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

type State =
  | { readonly at: "asking" }
  | { readonly at: "invited"; readonly welcome: Welcome }
  | { readonly at: "joining"; readonly welcome: Welcome }
  | { readonly at: "in"; readonly session: Session }
  | { readonly at: "failed"; readonly trouble: Trouble; readonly welcome: Welcome | null };

/** `/join#secret` */
export function Join({ c, ground }: { readonly c: Catalogue; readonly ground: Ground }) {
  const [secret] = useState(() => location.hash.slice(1));
  const [state, setState] = useState<State>({ at: "asking" });
  const fail = (error: unknown, welcome: Welcome | null) =>
    setState({ at: "failed", trouble: troubleOf(error, c), welcome });
  const ask = () => {
    setState({ at: "asking" });
    ground.api
      .joinOptions(secret)
      .then((welcome) => setState({ at: "invited", welcome }))
      .catch((error: unknown) => fail(error, null));
  };
  useEffect(ask, []);
  const join = async (welcome: Welcome) => {
    setState({ at: "joining", welcome });
    try {
      const [before, old] = [await remembered(ground.store), await openKey(ground.store).catch(() => null)];
      const key = await joinersKey(ground.store).catch(() => null);
      const request = key ? await requestFor(key, welcome, new Date()) : null;
      const credential = await createPasskey(welcome.publicKey);
      const session = await ground.api.join(secret, credential, request);
      await remember(ground.store, session);
      // who is invited again on the same phone keeps what waits there; what another person signed is left as it is
      if (key && old && before?.person.id === session.person.id) await signAnew(ground.outbox, old.kid, key);
      setState({ at: "in", session });
    } catch (error) {
      fail(error, welcome);
    }
  };
  return (
    <main id="main" class="wrap">
      {state.at === "asking" && (
        <div class="hero" role="status">
          <div class="waitdot" />
          <h1>{c.t("join.asking")}</h1>
        </div>
      )}
      {state.at === "invited" && (
        <Invited c={c} welcome={state.welcome} onJoin={() => void join(state.welcome)} />
      )}
      {state.at === "joining" && (
        <div class="hero" role="status">
          <div class="waitdot" />
          <h1>{c.t("join.joining")}</h1>
          <p>{c.t("join.joining_body")}</p>
        </div>
      )}
      {state.at === "in" && <In c={c} session={state.session} />}
      {state.at === "failed" && (
        <>
          <div class="hero">
            <Picture name="p-book" />
            <h1>{c.t("join.failed")}</h1>
          </div>
          <Failure
            c={c}
            sentence={state.trouble.sentence}
            code={state.trouble.code}
            safe={false}
            again={
              state.welcome ? ask : /^(?:offline|timeout|http)/.test(state.trouble.code) ? ask : undefined
            }
          />
          <p class="m2">{c.t("join.ask_again")}</p>
        </>
      )}
    </main>
  );
}

function Invited(props: { readonly c: Catalogue; readonly welcome: Welcome; readonly onJoin: () => void }) {
  const { c, welcome } = props;
  const by = welcome.invitedBy ?? welcome.orgName ?? c.t("app.name");
  return (
    <div class="flow">
      <div class="hero">
        <Picture name="p-book" />
        <h1 tabIndex={-1}>{c.t("join.title", { name: welcome.name })}</h1>
      </div>
      <section class="card who">
        <p>
          {c.t("join.by", { by })}
          <br />
          <b>{welcome.orgName ?? c.t("join.no_org")}</b>
        </p>
        <p>{c.t(`join.role.${welcome.role}`)}</p>
      </section>
      {hasPasskeys() ? (
        <Note icon="fp" title={c.t("join.passkey_title")}>
          <p>{c.t("join.passkey_body")}</p>
        </Note>
      ) : (
        <Note icon="warn" tone="caution" title={c.t("join.no_passkey_title")}>
          <p>{c.t("join.no_passkey_body")}</p>
        </Note>
      )}
      <div class="end">
        <button type="button" class="btn big sign" onClick={props.onJoin} disabled={!hasPasskeys()}>
          <Icon name="pen" />
          {c.t("join.button")}
        </button>
        <p class="m2 small">{c.t("join.not_you")}</p>
      </div>
    </div>
  );
}

function In({ c, session }: { readonly c: Catalogue; readonly session: Session }) {
  const waits = session.key.state === "waiting";
  return (
    <div class="flow">
      <div class="hero" role="status">
        <Picture name="p-harvest" />
        <h1 tabIndex={-1}>{c.t("join.in", { name: session.person.name })}</h1>
      </div>
      <section class="card stack">
        <p>
          {c.t(
            waits
              ? "join.waiting_body"
              : session.key.state === "hosted"
                ? "join.hosted_body"
                : "join.in_body",
          )}
        </p>
      </section>
      <div class="end">
        <a class="btn big next" href={`/app?lang=${c.lang}#/`}>
          {c.t("join.go")}
        </a>
      </div>
    </div>
  );
}
