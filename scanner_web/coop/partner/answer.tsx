/** Saying that what another organisation wrote is so, or is not, with a reason. */

import { useState } from "preact/hooks";
import type { App, ScreenProps } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Icon, Note } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import type { Slip } from "../core/slips.ts";
import { Outcome } from "../desk/parts.tsx";
import type { Built } from "../lines/types.ts";
import type { Claim } from "./claims.ts";
import { acceptance, type Desk, denial } from "./events.ts";
import { deskOf, sign } from "./signing.ts";
import { ClaimCard, goodsOf, Missing, useTable } from "./table.tsx";

const REASONS = ["never", "other_goods", "not_ours"] as const;

/** `#/partner/answer/:index` */
export function AnswerScreen({ app, params }: ScreenProps) {
  const { table } = useTable(app);
  const claim = table?.toAnswer.find(({ index }) => String(index) === params.index);
  if (!claim) return <Missing app={app} told={table !== null} back="/" />;
  return <Answering app={app} claim={claim} />;
}

/** `#/partner/deny/:index`: the same, with the denial begun. */
export function DenyScreen({ app, params }: ScreenProps) {
  const { table } = useTable(app);
  const claim = table?.toAnswer.find(({ index }) => String(index) === params.index);
  if (!claim) return <Missing app={app} told={table !== null} back="/" />;
  return <Denying app={app} claim={claim} back={() => history.back()} />;
}

function Answering({ app, claim }: { readonly app: App; readonly claim: Claim }) {
  const { c } = app;
  const [denying, setDenying] = useState(false);
  const signing = useSigning(app);
  if (denying) return <Denying app={app} claim={claim} back={() => setDenying(false)} />;
  return (
    <Page
      app={app}
      title={c.t(`partner.answer.${claim.part}`, { by: claim.byName })}
      back="/"
      end={
        !signing.slip && (
          <div class="btns">
            <button
              type="button"
              class="btn big sign"
              disabled={signing.busy}
              onClick={() =>
                signing.sign(
                  (desk) => [acceptance(claim, desk)],
                  c.t("partner.said.accept", { by: claim.byName, what: goodsOf(app, claim) }),
                )
              }
            >
              <Icon name="pen" />
              {c.t("partner.answer.yes")}
            </button>
            <button type="button" class="btn sec2 full" onClick={() => setDenying(true)}>
              <Icon name="x" />
              {c.t("partner.answer.no")}
            </button>
          </div>
        )
      }
    >
      <ClaimCard app={app} claim={claim} href={null} icon="truck" />
      <Signed app={app} signing={signing} />
    </Page>
  );
}

function Denying({ app, claim, back }: { readonly app: App; readonly claim: Claim; back(): void }) {
  const { c } = app;
  const [reason, setReason] = useState("");
  const signing = useSigning(app);
  return (
    <Page
      app={app}
      title={c.t("partner.deny.title")}
      back={back}
      end={
        !signing.slip && (
          <button
            type="button"
            class="btn big stop sign"
            disabled={!reason.trim() || signing.busy}
            onClick={() =>
              signing.sign(
                (desk) => [denial(claim, reason.trim(), desk)],
                c.t("partner.said.deny", { by: claim.byName, reason: reason.trim() }),
              )
            }
          >
            <Icon name="pen" />
            {c.t("partner.deny.sign")}
          </button>
        )
      }
    >
      <ClaimCard app={app} claim={claim} href={null} icon="box" />
      {!signing.slip && (
        <div class="stack partner__reasons">
          <p class="m2">{c.t("partner.deny.body")}</p>
          <div class="chips wide1">
            {REASONS.map((code) => {
              const text = c.t(`partner.deny.${code}`);
              return (
                <button
                  type="button"
                  key={code}
                  class="btn sec2"
                  aria-pressed={reason === text}
                  onClick={() => setReason(text)}
                >
                  {text}
                </button>
              );
            })}
          </div>
          <label class="lbl2" for="deny-reason">
            {c.t("partner.deny.other")}
          </label>
          <textarea
            id="deny-reason"
            class="in"
            maxLength={300}
            value={reason}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </div>
      )}
      <Signed app={app} signing={signing} />
    </Page>
  );
}

/** Signing one thing on a screen. */
export interface Signing {
  readonly busy: boolean;
  readonly slip: Slip | null;
  readonly trouble: Trouble | null;
  sign(build: (desk: Desk) => readonly Built[], sentence: string, photos?: readonly string[]): void;
}

export function useSigning(app: App): Signing {
  const [busy, setBusy] = useState(false);
  const [slip, setSlip] = useState<Slip | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const act = async (
    build: (desk: Desk) => readonly Built[],
    sentence: string,
    photos: readonly string[],
  ) => {
    setBusy(true);
    setTrouble(null);
    try {
      setSlip(await sign(app, build(deskOf(app)), sentence, photos));
    } catch (error) {
      setTrouble(troubleOf(error, app.c));
    }
    setBusy(false);
  };
  return { busy, slip, trouble, sign: (build, sentence, photos = []) => void act(build, sentence, photos) };
}

/** What became of what was signed, and the way back. */
export function Signed({ app, signing }: { readonly app: App; readonly signing: Signing }) {
  const { c } = app;
  const { slip, trouble } = signing;
  return (
    <div class="stack" role="status" data-signed={slip?.state}>
      {trouble && (
        <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
          <p>{trouble.sentence}</p>
        </Note>
      )}
      {slip && (
        <>
          <Outcome app={app} slip={slip} />
          <p class="m2">{slip.sentence}</p>
          <a class="btn big" href="#/">
            {c.t("partner.back")}
          </a>
        </>
      )}
    </div>
  );
}
