/** A slip as it is shown in the outbox and in the book: what, when, and how far it came. */

import { isSettled, isUnsent, type Slip } from "../core/slips.ts";
import { stepOf } from "../lines/table.ts";
import type { App } from "./app.ts";
import { Icon, Pill, type Tone } from "./parts.tsx";
import { shortMoment } from "./record/days.ts";
import { sentenceOf } from "./trouble.ts";

/** Where a slip stands: its tone, icon and word. */
export function stateOf(app: App, slip: Slip): readonly [Tone, string, string] {
  const { c } = app;
  if (slip.unkept) return ["stop", "warn", c.t("coop.slip.unkept")];
  if (slip.alarm) return ["stop", "warn", c.t("coop.slip.alarm")];
  if (slip.fixedBy) return ["wait", "edit", c.t("coop.slip.fixed")];
  if (slip.state === "recorded") return ["good", "check", c.t("coop.sent")];
  if (slip.state === "refused") {
    return slip.setAside
      ? ["wait", "x", c.t("coop.slip.aside")]
      : ["caution", "warn", c.t("coop.slip.refused")];
  }
  if (app.practice) return ["wait", "edit", c.t("coop.practice_chip")];
  if (slip.state === "sending") return ["wait", "send", c.t("coop.slip.sending")];
  if (app.session.key.state === "waiting") return ["wait", "clock", c.t("coop.slip.key")];
  return ["wait", "clock", c.t("coop.waiting")];
}

/** One slip. `acts`: what can be done with it, under it. */
export function SlipCard(props: {
  readonly app: App;
  readonly slip: Slip;
  readonly acts?: boolean;
  readonly onAct?: (what: "retry" | "aside" | "withdraw", slip: Slip) => void;
}) {
  const { app, slip } = props;
  const { c } = app;
  const [tone, icon, word] = stateOf(app, slip);
  const { sentence } = slip;
  const struck = slip.fixedBy !== undefined || slip.setAside === true;
  const refused = slip.state === "refused" && !isSettled(slip);
  return (
    <li class="card slip" data-state={slip.state} data-slip={slip.id}>
      <span class="tl__n" data-tone={tone === "good" ? undefined : tone}>
        <Icon name={iconOf(slip)} />
      </span>
      <div>
        <b>{struck ? <s>{sentence}</s> : sentence}</b>
        {!slip.draft && <p class="when">{shortMoment(slip.at, c)}</p>}
        <Pill tone={tone} icon={icon}>
          {word}
        </Pill>
        {refused && <p class="why">{slip.problem?.sentence || sentenceOf(slip.problem?.code ?? "", c)}</p>}
        {isUnsent(slip) && slip.problem && slip.problem.status > 0 && !app.practice && (
          <p class="why m2">{slip.problem.sentence || sentenceOf(slip.problem.code, c)}</p>
        )}
        {props.acts && <Acts {...props} refused={refused} />}
      </div>
    </li>
  );
}

function Acts(props: {
  readonly app: App;
  readonly slip: Slip;
  readonly refused: boolean;
  readonly onAct?: (what: "retry" | "aside" | "withdraw", slip: Slip) => void;
}) {
  const { app, slip, refused, onAct } = props;
  const { c } = app;
  const live = !slip.fixedBy && !slip.setAside;
  if (!live) return null;
  return (
    <div class="do">
      {slip.draft && (
        <a class={`btn ${refused ? "" : "sec2"}`} href={`#/fix/${encodeURIComponent(slip.id)}`}>
          <Icon name="edit" />
          {c.t("coop.fix")}
        </a>
      )}
      {refused && (
        <button type="button" class="btn sec2" onClick={() => onAct?.("retry", slip)}>
          <Icon name="repeat" />
          {c.t("coop.slip.retry")}
        </button>
      )}
      {refused ? (
        <button type="button" class="btn sec2" onClick={() => onAct?.("aside", slip)}>
          <Icon name="x" />
          {c.t("coop.slip.set_aside")}
        </button>
      ) : (
        slip.draft && (
          <button type="button" class="btn sec2" onClick={() => onAct?.("withdraw", slip)}>
            <Icon name="x" />
            {c.t("coop.slip.withdraw")}
          </button>
        )
      )}
    </div>
  );
}

function iconOf({ draft }: Slip): string {
  const tile = draft ? stepOf(draft.line, draft.step)?.tile : undefined;
  const icons = {
    harvest: "basket",
    care: "leaf",
    inputs: "drop",
    dry: "sun",
    pack: "box",
    ship: "truck",
    other: "list",
  };
  return tile ? icons[tile] : "pen";
}
