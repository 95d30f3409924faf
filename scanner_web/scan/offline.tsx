/** A code of ours where there is no network: what its own signature says, or that nothing can be known. */

import { useEffect, useState } from "preact/hooks";
import type { Opening } from "./decide.ts";
import { isStored } from "./network.ts";
import { Icon, Sheet } from "./parts.tsx";
import type { Sealing } from "./seal.ts";
import type { Words } from "./words.ts";

interface Found {
  readonly sheets: typeof import("./sealed.tsx");
  readonly sealing: Sealing;
  readonly stored: string | null;
}

/** The sheet. `onRetry` opens the page if there is a network by now. */
export function OfflineSheet(props: {
  readonly opening: Opening;
  readonly words: Words;
  readonly onAgain: () => void;
  readonly onRetry: () => void;
}) {
  const { opening, words, onAgain, onRetry } = props;
  const { scanner } = words;
  const [found, setFound] = useState<Found | "nothing" | null>(opening.signed === null ? "nothing" : null);

  useEffect(() => {
    let gone = false;
    if (opening.signed !== null) {
      look(opening.signed, opening.path).then(
        (one) => gone || setFound(one),
        () => gone || setFound("nothing"),
      );
    }
    return () => {
      gone = true;
    };
  }, [opening]);

  if (found === null) {
    return (
      <Sheet title={scanner.sealing} onClose={onAgain}>
        <div class="prog wait">
          <i />
        </div>
      </Sheet>
    );
  }
  if (found !== "nothing") {
    const { sheets, ...told } = found;
    return <sheets.SealedSheet key="told" {...told} words={words} onAgain={onAgain} onRetry={onRetry} />;
  }
  return (
    <Sheet key="nothing" title={scanner.unasked_title} icon="v-tem" onClose={onAgain}>
      <p>{opening.signed === null ? scanner.unasked_unsigned : scanner.unasked}</p>
      <div class="btns">
        <button type="button" class="btn big" onClick={onAgain}>
          <Icon name="camera" />
          {scanner.again}
        </button>
        <button type="button" class="btn sec2" onClick={onRetry}>
          <Icon name="repeat" />
          {scanner.retry}
        </button>
      </div>
    </Sheet>
  );
}

/** Throws where the script for it is not kept on this device. */
async function look(link: string, path: string): Promise<Found> {
  const sheets = await import("./sealed.tsx");
  const [sealing, isKept] = await Promise.all([sheets.seal(link), isStored(path)]);
  return { sheets, sealing, stored: isKept ? path : null };
}
