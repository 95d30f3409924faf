/** Recording: question after question, then all of it read once more, then signed. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Slip } from "../../core/slips.ts";
import { again } from "../../lines/asking.ts";
import type { Draft, Step } from "../../lines/types.ts";
import type { Workbook } from "../../workbook.ts";
import type { App, ScreenProps } from "../app.ts";
import { Page, useSlips, useSlipsOnceRead } from "../frame.tsx";
import { knownStep } from "../home.tsx";
import { Empty, Icon } from "../parts.tsx";
import { inHand, inHandWithout } from "../pending.ts";
import { momentOf } from "./days.ts";
import { onward } from "./flow.ts";
import { Wizard } from "./wizard.tsx";

/** `#/record/:line/:step`, `?again=1`: as the last time. */
export function RecordScreen({ app, params, query }: ScreenProps) {
  const step = knownStep(params.line, params.step);
  const slips = useSlipsOnceRead(app);
  const workbook = useMemo(() => app.workbook && slips && inHand(app.workbook, slips), [app.workbook, slips]);
  if (!step || !app.workbook) return <Missing app={app} />;
  if (!workbook)
    return (
      <Page app={app} title={app.c.t("coop.opening")} back="/" nav="none">
        {null}
      </Page>
    );
  return <Recording app={app} step={step} workbook={workbook} like={query.get("again") === "1"} />;
}

function Recording(props: {
  readonly app: App;
  readonly step: Step;
  readonly workbook: Workbook;
  readonly like: boolean;
}) {
  const { app, step, workbook } = props;
  const [first] = useState<Draft>(() => {
    const now = new Date();
    const empty: Draft = { line: step.line, step: step.code, when: momentOf(now), answers: {} };
    return onward(step, (props.like ? again(step, workbook, now) : null) ?? empty, workbook).draft;
  });
  return <Wizard app={app} step={step} workbook={workbook} first={first} fixes={null} />;
}

/** `#/fix/:slip`: the same answers, any of them to be changed. */
export function FixScreen({ app, params }: ScreenProps) {
  const [slip, setSlip] = useState<Slip | null | undefined>(undefined);
  const slips = useSlips(app);
  useEffect(() => {
    void app.outbox.slips().then((all) => setSlip(all.find(({ id }) => id === params.slip) ?? null));
  }, [app.outbox, params.slip]);
  const workbook = useMemo(
    () => app.workbook && slip && inHandWithout(app.workbook, slips, slip),
    [app.workbook, slips, slip],
  );
  const step = slip?.draft ? knownStep(slip.draft.line, slip.draft.step) : null;
  if (slip === undefined)
    return (
      <Page app={app} title={app.c.t("coop.opening")} back="/book">
        {null}
      </Page>
    );
  if (!slip?.draft || !step || !workbook) return <Missing app={app} />;
  return <Wizard key={slip.id} app={app} step={step} workbook={workbook} first={slip.draft} fixes={slip} />;
}

function Missing({ app }: { readonly app: App }) {
  const { c } = app;
  return (
    <Page app={app} title={c.t("coop.failed.missing")} back="/" nav="today">
      <Empty picture="p-other" sentence={c.t(app.workbook ? "coop.no_steps" : "coop.workbook_offline")}>
        <a class="btn big" href="#/">
          <Icon name="home" />
          {c.t("coop.home_link")}
        </a>
      </Empty>
    </Page>
  );
}
