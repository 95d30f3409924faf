/** What is odd about the trust file that a page checked with, said above everything else. */

import { useState } from "preact/hooks";
import type { Catalogue } from "./i18n.ts";
import type { Trusted } from "./trust.ts";
import { Alarm } from "./verdict.tsx";

/** One band for each alarm; a file that changed is remembered only when the reader says so. */
export function TrustAlarms({ trusted, c }: { trusted: Trusted; c: Catalogue }) {
  const [accepted, setAccepted] = useState(false);
  const accept = () => {
    trusted.accept();
    setAccepted(true);
  };
  return (
    <>
      {trusted.alarms.includes("html") ? (
        <Alarm title={c.t("trust.html.title")} body={c.t("trust.html.body")} />
      ) : null}
      {trusted.alarms.includes("changed") && !accepted ? (
        <Alarm title={c.t("trust.changed.title")} body={c.t("trust.changed.body")}>
          {" "}
          <code>{trusted.digest.slice(0, 16)}…</code>{" "}
          <button type="button" class="btn line" onClick={accept}>
            {c.t("trust.changed.accept")}
          </button>
        </Alarm>
      ) : null}
    </>
  );
}
