/** A camera that never closes: it looks for codes one after the other; a hardware scanner or typing does as well. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Catalogue } from "../../page/i18n.ts";
import { Camera, type Trouble } from "../../scan/camera.ts";
import { type Decision, decide } from "../../scan/decide.ts";
import { type Decoder, findDecoder } from "../../scan/decoder.ts";
import { watch } from "../../scan/watch.ts";
import { Icon } from "../app/parts.tsx";

const AFTER = 350; // milliseconds until it looks again

/** The host by which tem name this service. */
export function ownHost(): string {
  return document.getElementById("app")?.dataset.host ?? location.host;
}

/** The picture, and a field for a hardware scanner. `onFound` is told of the same code again while it is in sight. */
export function Looker(props: {
  readonly c: Catalogue;
  /** Nothing is told while it is false: somebody is looking at another screen. */
  readonly looking: boolean;
  readonly onFound: (decisions: readonly Decision[], typed: boolean) => void;
}) {
  const { c, looking } = props;
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef(props.onFound);
  told.current = props.onFound;
  const [camera, setCamera] = useState<Camera | null>(null);
  const [trouble, setTrouble] = useState<Trouble | "nodecoder" | null>(null);
  const [lit, setLit] = useState(false);
  const [typing, setTyping] = useState(false);
  const host = ownHost();
  useEffect(() => {
    let open: Camera | null = null;
    let here = true;
    const start = async () => {
      const found = await Camera.open();
      if (typeof found === "string") setTrouble(found);
      else if (here && !document.hidden) {
        open = found;
        setCamera(found);
      } else found.close();
    };
    const turned = () => {
      if (!document.hidden) return void start();
      open?.close();
      open = null;
      setCamera(null);
    };
    void start();
    document.addEventListener("visibilitychange", turned);
    return () => {
      here = false;
      document.removeEventListener("visibilitychange", turned);
      open?.close();
    };
  }, []);
  useEffect(() => {
    if (video.current) video.current.srcObject = camera?.stream ?? null;
    setLit(false);
  }, [camera]);
  useEffect(() => {
    const picture = video.current;
    if (!camera || !picture || !looking) return;
    const stop = new AbortController();
    const look = async () => {
      const decoder: Decoder = await findDecoder();
      while (!stop.signal.aborted) {
        await watch(
          picture,
          decoder,
          host,
          {
            found: (decisions) => told.current(decisions, false),
            far: () => undefined,
            dark: () => undefined,
          },
          stop.signal,
        );
        await new Promise((done) => setTimeout(done, AFTER));
      }
    };
    look().catch(() => setTrouble("nodecoder"));
    return () => stop.abort();
  }, [camera, looking, host]);
  return (
    <div class="looker" data-camera={camera !== null}>
      {trouble ? (
        <p class="looker__none" role="status">
          <Icon name="camera" />
          {c.t(`partner.look.${trouble}`)}
        </p>
      ) : (
        <div class="looker__view">
          <video ref={video} autoplay playsInline muted aria-label={c.t("partner.look.picture")} />
          <svg class="looker__frame" viewBox="0 0 100 100" aria-hidden="true">
            <path d="M3 24V15A12 12 0 0 1 15 3H24M76 3H85A12 12 0 0 1 97 15V24M97 76V85A12 12 0 0 1 85 97H76M24 97H15A12 12 0 0 1 3 85V76" />
          </svg>
        </div>
      )}
      <div class="looker__ways">
        <button type="button" class="btn sec2" aria-expanded={typing} onClick={() => setTyping(!typing)}>
          <Icon name="keys" />
          {c.t("partner.look.type")}
        </button>
        {camera?.hasTorch && (
          <button
            type="button"
            class="btn sec2"
            aria-pressed={lit}
            onClick={() => void camera.light(!lit).then(setLit)}
          >
            <Icon name="torch" />
            {c.t("partner.look.torch")}
          </button>
        )}
      </div>
      {(typing || trouble) && (
        <Typed c={c} onCode={(text) => told.current([decide(typed(text), host)], true)} />
      )}
    </div>
  );
}

function typed(text: string) {
  return { text: text.trim(), format: "typed" as const, symbol: "" };
}

/** What a hardware scanner types ends with Enter; the field is empty again, and still has the cursor. */
function Typed({ c, onCode }: { readonly c: Catalogue; readonly onCode: (text: string) => void }) {
  const [text, setText] = useState("");
  return (
    <form
      class="looker__type"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) onCode(text);
        setText("");
      }}
    >
      <label class="vh" for="looker-code">
        {c.t("partner.look.field")}
      </label>
      <input
        id="looker-code"
        class="in"
        name="code"
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        placeholder={c.t("partner.look.field")}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="btn">
        {c.t("partner.look.take")}
      </button>
    </form>
  );
}
