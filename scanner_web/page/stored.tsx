/** Since when what is shown is known, where it was kept on the device and there is no network (`worker/stored.ts`). */

import type { ChainAnswer } from "../verify/chain.ts";
import { clockOf, inVietnam } from "./format.ts";
import type { Catalogue } from "./i18n.ts";
import { Icon } from "./story/parts.tsx";

/** A ribbon above the verdict. `at`: when the page was kept, ISO 8601; nothing where it was not, or the chain answers. */
export function Stored(props: { chain: ChainAnswer; at: string | undefined; c: Catalogue }) {
  const { chain, c } = props;
  const at = new Date(props.at ?? "");
  if (chain.state !== "unreachable" || Number.isNaN(at.getTime())) return null;
  return (
    <aside class="ribbon" aria-label={c.t("notice.offline.title")}>
      <Icon name="cloud" />
      <p>
        <b>{c.t("notice.offline.title")}.</b>{" "}
        {c.t("notice.offline.body", { time: clockOf(inVietnam(at)), date: c.date(at) })}
      </p>
    </aside>
  );
}
