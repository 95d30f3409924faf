/** The scanner: the camera's picture, what it says, three ways to give a code, and what came of it. */

import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { Camera, type Trouble } from "./camera.ts";
import { type Decision, decide, type Opening } from "./decide.ts";
import { type Decoder, findDecoder, wasmDecoder } from "./decoder.ts";
import { canOpen, refreshKeys } from "./network.ts";
import { OfflineSheet } from "./offline.tsx";
import { Icon, Sheet } from "./parts.tsx";
import { CodeSheet, SeveralSheet } from "./sheets.tsx";
import { TypeSheet } from "./type.tsx";
import { decisionsOf, watch } from "./watch.ts";
import type { Words } from "./words.ts";
import { usePinch, ZoomButtons } from "./zoom.tsx";

type Shown =
  | { readonly kind: "codes"; readonly decisions: readonly Decision[] }
  | { readonly kind: "offline"; readonly opening: Opening }
  | { readonly kind: "type" | "searching" | "none" | "unread" };

const PULSE = 260;
const BUZZ = 30;
const REFRESH = 1_500; // after what the camera needs

/** The whole screen. `host`: our own, as tem name it. `home`: the first page. */
export function Scanner({
  words,
  host,
  home,
}: {
  readonly words: Words;
  readonly host: string;
  readonly home: string;
}) {
  const { scanner } = words;
  const video = useRef<HTMLVideoElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const decoder = useRef<Promise<Decoder> | null>(null);
  const [camera, setCamera] = useState<Camera | null>(null);
  const [trouble, setTrouble] = useState<Trouble | "nodecoder" | null>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const [hint, setHint] = useState<"" | "far" | "dark">("");
  const [lit, setLit] = useState(false);
  const [opening, setOpening] = useState(false);
  const offline = useOffline();
  useEffect(() => {
    if (offline) return;
    const soon = setTimeout(refreshKeys, REFRESH);
    return () => clearTimeout(soon);
  }, [offline]);
  const looking = camera !== null && shown === null && !opening;
  const again = useCallback(() => setShown(null), []);

  useCamera(setCamera, setTrouble);
  usePinch(video, camera);

  useEffect(() => {
    if (video.current && camera) video.current.srcObject = camera.stream;
    setLit(false);
  }, [camera]);

  useEffect(() => {
    const back = (event: PageTransitionEvent) => event.persisted && setOpening(false);
    addEventListener("pageshow", back);
    return () => removeEventListener("pageshow", back);
  }, []);

  useEffect(() => {
    if (!looking || !video.current) return;
    const stop = new AbortController();
    const picture = video.current;
    setHint("");
    read(decoder)
      .then((found) =>
        watch(
          picture,
          found,
          host,
          {
            found: tell,
            far: () => setHint((before) => before || "far"),
            dark: (is) => setHint((before) => (is ? "dark" : before === "dark" ? "" : before)),
          },
          stop.signal,
        ),
      )
      .catch(() => setTrouble("nodecoder"));
    return () => stop.abort();
  }, [looking, host]);

  function tell(decisions: readonly Decision[]): void {
    const [only, ...others] = decisions;
    if (only && !others.length && open(only)) return;
    setShown({ kind: "codes", decisions });
  }

  /** Opens a page of our own, or says what is known without a network; whatever is not one stays where it is. */
  function open(decision: Decision): boolean {
    if (decision.kind !== "page" && decision.kind !== "pallet") return false;
    const asked = new URLSearchParams(location.search).get("lang");
    const address = new URL(decision.path, location.origin);
    if (address.origin !== location.origin) return false;
    if (asked) address.searchParams.set("lang", asked);
    setShown(null);
    setOpening(true);
    navigator.vibrate?.(BUZZ);
    const pulse = new Promise((done) => setTimeout(done, PULSE));
    void Promise.all([canOpen(decision), pulse]).then(([can]) => {
      if (can) return location.assign(address);
      setOpening(false);
      setShown({ kind: "offline", opening: decision });
    });
    return true;
  }

  function typed(code: string): void {
    tell([decide({ text: code, format: "typed", symbol: "" }, host)]);
  }

  async function pick(files: FileList | null): Promise<void> {
    const file = files?.[0];
    if (!file) return;
    setShown({ kind: "searching" });
    try {
      const decisions = decisionsOf(await readPicture(file, await read(decoder)), host);
      if (decisions.length) tell(decisions);
      else setShown({ kind: "none" });
    } catch {
      setShown({ kind: "unread" });
    }
    if (input.current) input.current.value = "";
  }

  const blind = trouble !== null;
  const gallery = <RoundButton icon="image" label={scanner.gallery} onClick={() => input.current?.click()} />;
  const keys = <RoundButton icon="keys" label={scanner.type} onClick={() => setShown({ kind: "type" })} />;
  return (
    <>
      {!blind && <video class="scan__view" ref={video} autoplay playsInline muted />}
      <div class="scan__stage" inert={shown !== null} data-found={opening} data-blind={blind}>
        <header class="top">
          <a class="brand" href={home}>
            <Mark />
            Nguồn
          </a>
          <a class="round" href={home} aria-label={scanner.close}>
            <Icon name="x" />
          </a>
        </header>
        {offline && (
          <p class="scan__note">
            <Icon name="cloud" />
            {scanner.offline}
          </p>
        )}
        <h1>{blind ? scanner.title : scanner.aim}</h1>
        {blind ? (
          <div class="scan__ways">
            <p role="status">{scanner[trouble]}</p>
            <div class="scan__row">
              {gallery}
              {keys}
            </div>
          </div>
        ) : (
          <>
            <Frame />
            <p class="scan__hint" role="status">
              {opening
                ? scanner.found
                : camera === null
                  ? scanner.starting
                  : hint === "dark"
                    ? scanner.dark
                    : hint === "far"
                      ? scanner.far
                      : scanner.auto}
            </p>
            {camera?.zoomRange && <ZoomButtons camera={camera} words={words} />}
            <div class="scan__row">
              {camera?.hasTorch && (
                <RoundButton
                  icon="torch"
                  label={scanner.torch}
                  pressed={lit}
                  wanted={hint === "dark" && !lit}
                  onClick={() => void camera.light(!lit).then(setLit)}
                />
              )}
              {gallery}
              {keys}
            </div>
          </>
        )}
      </div>
      <input
        ref={input}
        type="file"
        accept="image/*"
        hidden
        onChange={(event) => void pick(event.currentTarget.files)}
      />
      {shown && <div class="scan__veil" />}
      {shown?.kind === "type" && <TypeSheet words={words} onCode={typed} onClose={again} />}
      {shown?.kind === "codes" && (
        <Codes
          decisions={shown.decisions}
          words={words}
          host={host}
          onAgain={again}
          onPick={(one) => tell([one])}
          onType={() => setShown({ kind: "type" })}
        />
      )}
      {shown?.kind === "offline" && (
        <OfflineSheet
          opening={shown.opening}
          words={words}
          onAgain={again}
          onRetry={() => open(shown.opening)}
        />
      )}
      {shown?.kind === "searching" && (
        <Sheet title={scanner.searching} onClose={again}>
          <div class="prog wait">
            <i />
          </div>
        </Sheet>
      )}
      {(shown?.kind === "none" || shown?.kind === "unread") && (
        <Sheet
          title={shown.kind === "none" ? scanner.none_title : scanner.unread_title}
          icon="v-malformed"
          onClose={again}
        >
          <p>{shown.kind === "none" ? scanner.none_body : scanner.unread_body}</p>
          <div class="btns">
            <button type="button" class="btn big" onClick={() => input.current?.click()}>
              <Icon name="image" />
              {scanner.retake}
            </button>
            <button type="button" class="btn sec2" onClick={() => setShown({ kind: "type" })}>
              <Icon name="keys" />
              {scanner.type}
            </button>
          </div>
        </Sheet>
      )}
    </>
  );
}

function Codes(props: {
  readonly decisions: readonly Decision[];
  readonly words: Words;
  readonly host: string;
  readonly onAgain: () => void;
  readonly onPick: (one: Decision) => void;
  readonly onType: () => void;
}) {
  const [only, ...others] = props.decisions;
  const told = !others.length && only && only.kind !== "page" && only.kind !== "pallet" ? only : null;
  if (told) {
    return (
      <CodeSheet
        told={told}
        words={props.words}
        host={props.host}
        onAgain={props.onAgain}
        onType={props.onType}
      />
    );
  }
  return (
    <SeveralSheet
      decisions={props.decisions}
      words={props.words}
      onAgain={props.onAgain}
      onPick={props.onPick}
    />
  );
}

function RoundButton(props: {
  readonly icon: string;
  readonly label: string;
  readonly pressed?: boolean;
  readonly wanted?: boolean;
  readonly onClick: () => void;
}) {
  return (
    <button
      type="button"
      class="lbl"
      aria-pressed={props.pressed}
      data-wanted={props.wanted}
      onClick={props.onClick}
    >
      <span class="round">
        <Icon name={props.icon} />
      </span>
      {props.label}
    </button>
  );
}

function Frame() {
  return (
    <svg class="scan__frame" viewBox="0 0 100 100" aria-hidden="true">
      <path d="M3 24V15A12 12 0 0 1 15 3H24M76 3H85A12 12 0 0 1 97 15V24M97 76V85A12 12 0 0 1 85 97H76M24 97H15A12 12 0 0 1 3 85V76" />
    </svg>
  );
}

function Mark() {
  return (
    <svg
      class="mark"
      width="30"
      height="30"
      viewBox="0 0 48 48"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
    >
      <circle cx="23" cy="32" r="11.2" stroke-width="5.6" />
      <path
        d="M12.2 15.8 23 7.2l10.8 8.6"
        stroke-width="5.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
      <path class="drop" stroke="none" d="M34.8 1.8c5.7.7 9.3 4.4 9.2 9.9-5.6-.5-9.3-4.3-9.2-9.9z" />
    </svg>
  );
}

/** The camera is open while the page is looked at, and let go when it is not. */
function useCamera(set: (camera: Camera | null) => void, fail: (trouble: Trouble) => void): void {
  useEffect(() => {
    let current: Camera | null = null;
    let wanted = 0;
    function close(): void {
      wanted++;
      current?.close();
      current = null;
      set(null);
    }
    async function start(): Promise<void> {
      const turn = ++wanted;
      const opened = await Camera.open();
      if (typeof opened === "string") fail(opened);
      else if (turn !== wanted) opened.close();
      else {
        current = opened;
        set(opened);
      }
    }
    const turned = () => (document.hidden ? close() : void start());
    void start();
    document.addEventListener("visibilitychange", turned);
    return () => {
      document.removeEventListener("visibilitychange", turned);
      close();
    };
  }, [set, fail]);
}

/** Whether the browser knows that it has no network. */
function useOffline(): boolean {
  const [offline, setOffline] = useState(!navigator.onLine);
  useEffect(() => {
    const turned = () => setOffline(!navigator.onLine);
    addEventListener("online", turned);
    addEventListener("offline", turned);
    return () => {
      removeEventListener("online", turned);
      removeEventListener("offline", turned);
    };
  }, []);
  return offline;
}

function read(kept: { current: Promise<Decoder> | null }): Promise<Decoder> {
  kept.current ??= findDecoder().catch((error: unknown) => {
    kept.current = null;
    throw error;
  });
  return kept.current;
}

/** All codes of a picture; where the browser's own decoder sees none, the thorough one looks again. */
async function readPicture(file: Blob, decoder: Decoder) {
  const picture = await createImageBitmap(file);
  try {
    const found = await decoder.read(picture, true);
    if (found.length || decoder.name === "zxing") return found;
    return await (await wasmDecoder()).read(picture, true);
  } finally {
    picture.close();
  }
}
