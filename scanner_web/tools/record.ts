// What a phone would record, for tests: JSON lines in, JSON lines out.
//
// In: {"do": "build", "workbook", "draft", "now", "counter", "kid"} -> {"built": [{"event", "about", "from"} …], "said": {"vi", "en"},
//     "foreseen", "open": ids of the questions that a person must answer} | {"code", "params"}
//     {"do": "correct", "event", …}, the same; {"do": "withdraw", "event", "now"} -> {"built"}
//     {"do": "ahead", "workbook", "events"} -> {"workbook"}; {"do": "steps"} -> {"steps": {line: [{"code", "who"} …]}}
//     {"do": "file", "event", "lots": {instance: lot}} -> {"about", "from", "born": {instance: lot}} | {"code", "params"}
import { createInterface } from "node:readline";
import { ahead } from "../coop/lines/ahead";
import { asked } from "../coop/lines/asking";
import { build, correct, withdraw } from "../coop/lines/build";
import { filingOf, instanceLots } from "../coop/lines/filing";
import { foresee } from "../coop/lines/foresee";
import { LINES, stepOf } from "../coop/lines/table";
import { tell } from "../coop/lines/telling";
import { LedgerError } from "../verify/index";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(answer(JSON.parse(line)))}\n`);
}

function answer(question: ReturnType<typeof JSON.parse>): unknown {
  try {
    return done(question);
  } catch (error) {
    if (error instanceof LedgerError) {
      return { code: error.code, params: error.params };
    }
    throw error;
  }
}

function done(question: ReturnType<typeof JSON.parse>): unknown {
  const { workbook, draft, event, events, counter, kid } = question;
  const now = new Date(question.now ?? 0);
  switch (question.do) {
    case "steps":
      return {
        steps: Object.fromEntries(
          LINES.map(({ code, steps }) => [code, steps.map(({ code, who }) => ({ code, who }))]),
        ),
      };
    case "file":
      return {
        ...filingOf(event, (uri) => question.lots[uri] ?? null),
        born: Object.fromEntries(instanceLots(event)),
      };
    case "ahead":
      return { workbook: ahead(workbook, events) };
    case "withdraw":
      return { built: [withdraw(event, now)] };
    default: {
      const context = { now, counter, kid, org: workbook.org.uri, operator: "TV-014" };
      const step = stepOf(draft.line, draft.step);
      const open = step
        ? asked(step, draft, workbook).filter(({ certain, ask }) => !certain && !ask.optional)
        : [];
      return {
        open: open.map(({ ask }) => ask.id),
        foreseen: foresee(draft, workbook, now),
        said: { vi: tell(draft, workbook, "vi", now), en: tell(draft, workbook, "en", now) },
        built:
          question.do === "correct"
            ? correct(event, draft, workbook, context)
            : build(draft, workbook, context),
      };
    }
  }
}
