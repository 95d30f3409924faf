/** The app as a whole: who is at the phone, which screen they are at, and when slips are sent. */

import type { JSX } from "preact";
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Catalogue } from "../../page/i18n.ts";
import { keepOffline } from "../core/offline.ts";
import { needsKey, requestKey } from "./admission.ts";
import { Alarms } from "./alarmribbon.tsx";
import type { App, Screens } from "./app.ts";
import { BookScreen } from "./book.tsx";
import { Page } from "./frame.tsx";
import { HelpScreen } from "./help.tsx";
import { HomeScreen, TileScreen } from "./home.tsx";
import { Join } from "./join.tsx";
import { OutboxScreen } from "./outbox.tsx";
import { Failure, Icon } from "./parts.tsx";
import { isPractice, setPractice } from "./practice.ts";
import { remembered } from "./prefs.ts";
import { DoneScreen } from "./record/done.tsx";
import { FixScreen, RecordScreen } from "./record/screens.tsx";
import { homeOf, roomOf } from "./rooms.ts";
import { find, placeOf } from "./router.ts";
import { useSending } from "./sending.ts";
import { type Ground, known, type Now, openGround, renewed } from "./session.ts";
import { SettingsScreen } from "./settings.tsx";
import { SignIn } from "./signin.tsx";
import { TourScreen } from "./tour.tsx";
import { troubleOf } from "./trouble.ts";

const OWN: Screens = {
  "/": HomeScreen,
  "/tile/:tile": TileScreen,
  "/record/:line/:step": RecordScreen,
  "/fix/:slip": FixScreen,
  "/done/:slip": DoneScreen,
  "/outbox": OutboxScreen,
  "/book": BookScreen,
  "/help": HelpScreen,
  "/tour": TourScreen,
  "/settings": SettingsScreen,
};
const ASK_AGAIN = 5_000; // milliseconds, while a key waits to be admitted

/** All of it. `joining`: the page was opened by an invitation. */
export function Root({ c, joining }: { readonly c: Catalogue; readonly joining: boolean }) {
  const practice = !joining && isPractice();
  const [ground, setGround] = useState<Ground | null>(null);
  const [now, setNow] = useState<Now | null>(null);
  const [failed, setFailed] = useState<unknown>(null);
  useEffect(() => {
    const open = async () => {
      const opened = await openGround(c, practice);
      const found = await known(opened);
      setGround(opened);
      setNow(found);
      void keepOffline();
    };
    open().catch(setFailed);
  }, [c, practice]);
  if (failed) {
    const { sentence, code } = troubleOf(failed, c);
    return (
      <Start c={c}>
        <Failure c={c} sentence={sentence} code={code} again={() => location.reload()} />
      </Start>
    );
  }
  if (!ground || !now) return <Start c={c} />;
  if (joining) return <Join c={c} ground={ground} />;
  return <Running c={c} ground={ground} first={now} />;
}

function Start({ c, children }: { readonly c: Catalogue; readonly children?: JSX.Element }) {
  return (
    <main id="main" class="wrap app__start">
      <h1 tabIndex={-1}>{c.t("coop.title")}</h1>
      {children ?? <p class="m2">{c.t("coop.opening")}</p>}
    </main>
  );
}

/** The app of who is signed in, or was; else the way in. */
function Running({
  c,
  ground,
  first,
}: {
  readonly c: Catalogue;
  readonly ground: Ground;
  readonly first: Now;
}) {
  const [now, setNow] = useState(first);
  const latest = useRef(now);
  latest.current = now;
  const refresh = useCallback(async () => {
    const told = await renewed(ground, latest.current);
    latest.current = told;
    setNow(told);
    if (needsKey(ground, told)) setNow(await requestKey(ground, told));
  }, [ground]);
  useEffect(() => {
    void refresh();
    const again = () => void refresh();
    addEventListener("online", again);
    return () => removeEventListener("online", again);
  }, [refresh]);
  const waits = now.session?.key.state === "waiting" && now.online;
  useEffect(() => {
    if (!waits) return;
    const timer = setInterval(() => document.hidden || void refresh(), ASK_AGAIN);
    return () => clearInterval(timer);
  }, [waits, refresh]);
  useSending(ground, now, refresh);

  const { session } = now;
  if (!session) return <SignIn c={c} ground={ground} onIn={refresh} />;
  const app: App = {
    ...ground,
    c,
    lang: c.lang,
    session,
    workbook: now.workbook,
    key: now.key,
    online: now.online,
    lost: now.lost,
    go: (path) => {
      location.hash = `#${path}`;
    },
    refresh,
    setWorkbook: (workbook) => {
      latest.current = { ...latest.current, workbook };
      setNow(latest.current);
    },
  };
  return (
    <>
      {ground.practice && <PracticeRibbon c={c} />}
      <Alarms app={app} />
      <Screening app={app} />
    </>
  );
}

function PracticeRibbon({ c }: { readonly c: Catalogue }) {
  useLayoutEffect(() => {
    const place = document.getElementById("app");
    if (place) place.dataset.practice = "on";
  }, []);
  return (
    <aside class="ribbon practice" aria-label={c.t("coop.practice_chip")}>
      <Icon name="edit" />
      <p class="grow">{c.t("coop.practice")}</p>
      <button type="button" class="linkish" onClick={() => setPractice(false)}>
        {c.t("coop.practice_end")}
      </button>
    </aside>
  );
}

/** The screen of the place where one is. */
function Screening({ app }: { readonly app: App }) {
  const [place, setPlace] = useState(() => placeOf(location.hash));
  const [room, setRoom] = useState<{ readonly path: string; readonly screens: Screens | null }>();
  useEffect(() => {
    const moved = () => setPlace(placeOf(location.hash));
    addEventListener("hashchange", moved);
    return () => removeEventListener("hashchange", moved);
  }, []);
  const { role } = app.session.person;
  useEffect(() => {
    if (place.path === "/" && homeOf(role) !== "/") location.replace(`#${homeOf(role)}`);
    else if (place.path === "/" && role === "member" && !remembered("tour")) location.replace("#/tour");
  }, [place.path, role]);
  const own = useMemo(() => find(OWN, place.path), [place.path]);
  useEffect(() => {
    if (own) return;
    let here = true;
    roomOf(place.path)
      .catch(() => null)
      .then((screens) => here && setRoom({ path: place.path, screens }));
    return () => {
      here = false;
    };
  }, [own, place.path]);
  useLayoutEffect(() => {
    scrollTo(0, 0);
    document.querySelector<HTMLElement>("#main h1")?.focus({ preventScroll: true });
  }, [place, room]);

  const found = own ?? (room?.path === place.path && room.screens ? find(room.screens, place.path) : null);
  if (found) {
    const { screen: Screen, params } = found;
    return <Screen key={place.path} app={app} params={params} query={place.query} />;
  }
  const loading = room?.path !== place.path;
  return (
    <Page app={app} title={app.c.t(loading ? "coop.opening" : "coop.failed.missing")} back="/">
      {!loading && (
        <a class="btn big" href="#/">
          {app.c.t("coop.home_link")}
        </a>
      )}
    </Page>
  );
}
