/** The way back in: one button, and the phone's own lock. */

import { useState } from "preact/hooks";
import type { Catalogue } from "../../page/i18n.ts";
import { usePasskey } from "../core/session.ts";
import { Failure, Icon, Picture } from "./parts.tsx";
import { setPractice } from "./practice.ts";
import type { Ground } from "./session.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** Sign in with a passkey. Throws as `usePasskey` and the service do. */
export async function signIn({ api }: Pick<Ground, "api">): Promise<void> {
  await api.signIn(await usePasskey(await api.signInOptions()));
}

/** Who is not known here signs in, or learns that an invitation is needed. */
export function SignIn(props: {
  readonly c: Catalogue;
  readonly ground: Ground;
  readonly onIn: () => Promise<void>;
}) {
  const { c } = props;
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const enter = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await signIn(props.ground);
      await props.onIn();
    } catch (error) {
      setTrouble(troubleOf(error, c));
    } finally {
      setBusy(false);
    }
  };
  return (
    <main id="main" class="wrap">
      <div class="flow">
        <div class="hero">
          <Picture name="p-book" />
          <h1 tabIndex={-1}>{c.t("coop.signin.title")}</h1>
          <p>{c.t("coop.signin.body")}</p>
        </div>
        {trouble && <Failure c={c} sentence={trouble.sentence} code={trouble.code} />}
        <section class="card stack">
          <h2 class="as3">{c.t("coop.signin.new_title")}</h2>
          <p>{c.t("coop.signin.new_body")}</p>
        </section>
        <div class="end btns">
          <button type="button" class="btn big sign" disabled={busy} onClick={() => void enter()}>
            <Icon name="fp" />
            {c.t("coop.signin.button")}
          </button>
          <button type="button" class="btn sec2 full" onClick={() => setPractice(true)}>
            <Icon name="edit" />
            {c.t("coop.signin.practice")}
          </button>
        </div>
      </div>
    </main>
  );
}
