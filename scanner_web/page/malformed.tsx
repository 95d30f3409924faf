/** The page of a code that is none of ours; `malformed_view` in `api/pages/view.py`. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { LedgerError } from "../verify/errors.ts";
import type { Verdict } from "../verify/verdict.ts";
import { actions, codeParts } from "./actions.ts";
import { Asked, type Surroundings } from "./app.tsx";
import { plainBanner } from "./banner.ts";
import type { Catalogue } from "./i18n.ts";
import { useRest } from "./later.ts";
import { Alarm, Banner, Buttons, Reasons } from "./verdict.tsx";

/** What is wrong with the code, and how to get it right. */
export function MalformedPage(props: {
  error: LedgerError;
  around: Surroundings;
  differs: Verdict | null;
  alarms: ComponentChildren;
  onWhole: () => void;
  c: Catalogue;
}) {
  const { error, around, differs, c } = props;
  const [report, setReport] = useState(false);
  const rest = useRest(c, props.onWhole);
  const key = `reason.${error.code}`;
  const why = c.has(key) ? c.t(key, { host: String(error.params.host ?? "") }) : c.t("reason.dl.syntax");
  return (
    <>
      {differs === null ? null : (
        <Alarm title={c.t("notice.differs.title")} body={c.t("notice.differs.body")} />
      )}
      {props.alarms}
      <Banner banner={plainBanner("malformed", c)} age="" mark={c.t("check.mark.done")}>
        {around.top}
      </Banner>
      <div class="wrap two-col">
        <div class="pull stack side-col">
          <div class="card">
            <p class="xs m3">{c.t("page.code")}</p>
            <p class="hash">
              <code>
                <b>{codeParts(null, around.code)[0]?.[1]}</b>
              </code>
            </p>
            <Buttons
              actions={actions("malformed", false, around.support, around.again, c)}
              second="sec2"
              class="lead"
              code={around.code}
              onReport={() => setReport(true)}
            />
          </div>
          {report ? (
            <Asked rest={rest} code={around.code} kind="suspect" support={around.support} c={c} />
          ) : null}
        </div>
        <div class="main-col">
          <Reasons lines={[{ code: error.code, text: why, tone: "none" }]} c={c} />
        </div>
      </div>
    </>
  );
}
