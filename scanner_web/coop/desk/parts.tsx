/** What the desk's screens share: the menu beside them, data that is asked for, fields of forms. */

import type { ComponentChildren, JSX } from "preact";
import { useCallback, useEffect, useId, useState } from "preact/hooks";
import type { JsonValue } from "../../verify/json.ts";
import type { App } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Failure, Icon, Note } from "../app/parts.tsx";
import { takePhoto } from "../app/record/camera.ts";
import { troubleOf } from "../app/trouble.ts";
import type { Slip } from "../core/slips.ts";

/** The desk's rooms, in the order of the menu. */
export const ROOMS = [
  { room: "home", path: "/desk", icon: "home" },
  { room: "board", path: "/desk/board", icon: "board" },
  { room: "products", path: "/desk/products", icon: "tag" },
  { room: "places", path: "/desk/places", icon: "pin" },
  { room: "tests", path: "/desk/tests", icon: "flask" },
  { room: "certificates", path: "/desk/certificates", icon: "file" },
  { room: "members", path: "/desk/members", icon: "users" },
  { room: "partners", path: "/desk/partners", icon: "truck" },
  { room: "reports", path: "/desk/reports", icon: "flag" },
  { room: "org", path: "/desk/org", icon: "gear" },
] as const;

export type Room = (typeof ROOMS)[number]["room"];

/** A page of the desk: with the menu beside it where there is room. */
export function DeskPage(props: {
  readonly app: App;
  readonly room: Room;
  readonly title: string;
  readonly back?: string | (() => void) | undefined;
  readonly dots?: { readonly at: number; readonly of: number };
  readonly end?: ComponentChildren;
  readonly children: ComponentChildren;
  /** A form or a question: as narrow as on a phone. */
  readonly narrow?: boolean;
}) {
  const { app, room } = props;
  const { c } = app;
  return (
    <div class="deskroom">
      <nav class="side deskroom__side" aria-label={c.t("desk.menu")}>
        {ROOMS.map(({ room: name, path, icon }) => (
          <a key={name} href={`#${path}`} aria-current={name === room ? "page" : undefined}>
            <Icon name={icon} />
            {c.t(`desk.room.${name}`)}
          </a>
        ))}
        <a href="#/">
          <Icon name="pen" />
          {c.t("desk.to_record")}
        </a>
        <a href="#/help" class="deskroom__help">
          <Icon name="phone" />
          {c.t("coop.nav.help")}
        </a>
      </nav>
      <Page
        app={app}
        title={props.title}
        above={app.workbook?.org.name}
        back={props.back ?? (room === "home" ? "/" : "/desk")}
        wide={props.narrow !== true}
        nav={null}
        {...(props.dots && { dots: props.dots })}
        end={props.end}
      >
        {props.children}
      </Page>
    </div>
  );
}

/** Something that was asked for: not yet there, there, or in trouble. */
export type Loaded<T> =
  | { readonly state: "loading" }
  | { readonly state: "ready"; readonly value: T }
  | { readonly state: "failed"; readonly error: unknown };

/** Ask the service for something when a screen opens, and again when told to. */
export function useLoad<T>(app: App, path: string, read: (answer: JsonValue) => T): [Loaded<T>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<T>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  const { api } = app;
  useEffect(() => {
    let here = true;
    api
      .get(path)
      .then((answer) => here && setLoaded({ state: "ready", value: read(answer) }))
      .catch((error: unknown) => here && setLoaded({ state: "failed", error }));
    return () => {
      here = false;
    };
  }, [api, path, turn]);
  return [loaded, useCallback(() => setTurn((now) => now + 1), [])];
}

/** What is shown while something is asked for, or when it could not be had; else what it becomes. */
export function Wait<T>(props: {
  readonly app: App;
  readonly loaded: Loaded<T>;
  readonly again: () => void;
  readonly children: (value: T) => JSX.Element;
}) {
  const { app, loaded } = props;
  if (loaded.state === "ready") return props.children(loaded.value);
  if (loaded.state === "loading")
    return (
      <p class="m2" role="status" data-loading>
        {app.c.t("desk.loading")}
      </p>
    );
  const { sentence, code } = troubleOf(loaded.error, app.c);
  return (
    <Failure
      c={app.c}
      sentence={sentence}
      code={code}
      safe={false}
      phone={app.workbook?.supportPhone}
      again={props.again}
    />
  );
}

/** What became of something that was signed. */
export function Outcome({ app, slip }: { readonly app: App; readonly slip: Slip }) {
  const { c } = app;
  if (slip.state === "recorded") return <Note tone="good" icon="check" title={c.t("coop.done")} />;
  if (slip.state === "refused")
    return (
      <Note tone="stop" icon="warn" title={c.t("desk.refused")}>
        <p>{slip.problem?.sentence || slip.problem?.code}</p>
      </Note>
    );
  return (
    <Note tone="wait" icon="clock" title={c.t("coop.done_offline")}>
      <p>{c.t("coop.nonetbody")}</p>
    </Note>
  );
}

/** A question with an answer in letters. */
export function Text(props: {
  readonly label: string;
  readonly hint?: string | undefined;
  readonly wrong?: string | null | undefined;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly type?: "text" | "date" | "tel";
  readonly mode?: "numeric" | "decimal" | "text";
  readonly name: string;
  readonly disabled?: boolean;
}) {
  const id = useId();
  const hinted = props.hint || props.wrong;
  const shared = {
    id,
    class: "in",
    name: props.name,
    value: props.value,
    disabled: props.disabled === true,
    autocomplete: "off",
    "aria-invalid": props.wrong ? ("true" as const) : ("false" as const),
    "aria-describedby": `${id}-hint`,
    onInput: (event: { readonly currentTarget: HTMLInputElement }) =>
      props.onInput(event.currentTarget.value),
  };
  return (
    <div class="field deskfield">
      <label for={id}>{props.label}</label>
      {props.type === "date" ? (
        <input type="date" {...shared} />
      ) : props.type === "tel" ? (
        <input type="tel" {...shared} />
      ) : (
        <input type="text" inputMode={props.mode ?? "text"} {...shared} />
      )}
      <small id={`${id}-hint`} class={props.wrong ? "wrong" : ""} hidden={!hinted}>
        {props.wrong && <Icon name="warn" />}
        {props.wrong || props.hint}
      </small>
    </div>
  );
}

/** A question with a few answers, all of them to see. */
export function Choice<T extends string>(props: {
  readonly label: string;
  readonly name: string;
  readonly options: readonly (readonly [T, string])[];
  readonly value: T | null;
  readonly onChoose: (value: T) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{props.label}</legend>
      {props.options.map(([value, label]) => (
        <label key={value}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            onChange={() => props.onChoose(value)}
          />
          {label}
        </label>
      ))}
    </fieldset>
  );
}

/** A picture: taken or chosen, made small, kept in the outbox until it is sent. */
export function Photo(props: {
  readonly app: App;
  readonly label: string;
  readonly value: string | null;
  readonly onTake: (href: string) => void;
}) {
  const { app } = props;
  const id = useId();
  const [shown, setShown] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const take = async (file: Blob | undefined) => {
    if (!file) return;
    try {
      const { bytes, mediaType } = await takePhoto(file);
      props.onTake(await app.outbox.addPhoto(bytes, mediaType));
      setShown(URL.createObjectURL(new Blob([bytes], { type: mediaType })));
      setFailed(false);
    } catch {
      setFailed(true);
    }
  };
  const source = shown ?? blobPath(props.value);
  return (
    <div class="field deskfield">
      <span class="lb">{props.label}</span>
      <div class="row deskphoto">
        {source && <img src={source} alt="" width="88" height="88" />}
        <label class="btn sec2 pickfile" for={id}>
          <Icon name="camera" />
          {app.c.t(source ? "desk.photo_other" : "desk.photo_take")}
        </label>
        <input
          id={id}
          type="file"
          accept="image/*"
          class="vh"
          aria-label={props.label}
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
      </div>
      {failed && (
        <small class="wrong" role="alert">
          {app.c.t("desk.photo_failed")}
        </small>
      )}
    </div>
  );
}

/** Where the service has the bytes that an `ni:` URI names. */
export function blobPath(href: string | null): string | null {
  const digest = href?.split(";")[1];
  return digest ? `/api/v1/blobs/${digest}` : null;
}

/** The button that signs what a form says. */
export function SignButton(props: {
  readonly app: App;
  readonly busy: boolean;
  readonly disabled?: boolean;
  readonly label?: string;
  readonly onSign: () => void;
}) {
  return (
    <button
      type="button"
      class="btn big sign"
      disabled={props.busy || props.disabled}
      onClick={props.onSign}
      data-sign
    >
      <Icon name="pen" />
      {props.busy ? props.app.c.t("desk.signing") : (props.label ?? props.app.c.t("desk.sign"))}
    </button>
  );
}
