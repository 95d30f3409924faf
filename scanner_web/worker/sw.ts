/**
 * The service worker: the built files with their digests, pages seen before, bundles, and the keys that labels are
 * signed with, for when there is no network. The cooperative's app is kept once it has been opened. It answers nothing
 * but GETs of its own origin, and takes over from an older one only when told to.
 */

import { assetsOf, isImmutable, keeps, ruleOf } from "./rules.ts";
import { markStored, type OfflineWords, STORED } from "./stored.ts";

declare const self: ServiceWorkerGlobalScope;

interface Precached {
  readonly url: string;
  /** `sha256-…`, as subresource integrity has it. */
  readonly integrity: string;
}

interface Built {
  /** Of this build: the digest of its list. */
  readonly name: string;
  readonly files: readonly Precached[];
  /** What only the cooperative's app needs. */
  readonly app: readonly Precached[];
  readonly offline: Readonly<Record<"vi" | "en", OfflineWords>>;
}

// The build writes its list into this text (tools/precache.ts), so a new build is a new worker.
const LIST: Built = JSON.parse("__NGUON_PRECACHE__");
const ASSETS = `nguon-assets-${LIST.name}`;
const PAGES = "nguon-pages";
const PROOFS = "nguon-proofs";
const KEYS = "nguon-keys";
const LIMITS: Readonly<Record<string, number>> = { [PAGES]: 40, [PROOFS]: 80 };
const SHELL = ["/scan", "/offline"].flatMap((path) => [`${path}?lang=vi`, `${path}?lang=en`]);
/** The app's page; kept beside the files of its own build, for it names them. */
const APP = ["/app?lang=vi", "/app?lang=en"];
/** What tells a forged label without a network: whom to trust, and the keys. */
const TRUSTED = ["/trust.js", "/api/v1/keys"];
const PATIENCE = 6_000;
// Answers vary with what a client accepts; what is stored was accepted by this very one.
const ALIKE: CacheQueryOptions = { ignoreVary: true };

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("message", (event) => {
  if (event.data === "use") event.waitUntil(self.skipWaiting());
  if (event.data === "app") {
    const [port] = event.ports;
    event.waitUntil(keepApp().then((kept) => port?.postMessage(kept)));
  }
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  switch (ruleOf(request.method, url, request.mode, self.location.origin)) {
    case "kept":
      return event.respondWith(kept(request, ASSETS, () => true));
    case "immutable":
      return event.respondWith(
        kept(request, PROOFS, (answer) => isImmutable(answer.headers.get("Cache-Control"))),
      );
    case "fresh":
      return event.respondWith(fresh(request));
    case "dated":
      return event.respondWith(dated(request, url.pathname));
    case "shell":
      event.waitUntil(keepShells().catch(() => false));
      return event.respondWith(app(request, url));
    case "page":
      return event.respondWith(page(request, url));
    case "pass":
      return;
  }
});

async function install(): Promise<void> {
  const assets = await caches.open(ASSETS);
  const pages = await caches.open(PAGES);
  const files = LIST.files.map((file) => built(assets, file));
  const shell = SHELL.map(async (path) => store(pages, path, await fetch(path, { cache: "no-cache" })));
  const trusted = TRUSTED.map(async (path) => keep(path, await fetch(path, { cache: "no-cache" })));
  const app = (await hasApp()) ? [keepApp()] : [];
  await Promise.allSettled([...files, ...shell, ...trusted, ...app]); // what did not come, or was not what was built, is asked for again later
}

async function built(assets: Cache, { url, integrity }: Precached): Promise<void> {
  const answer = await fetch(url, { integrity, cache: "no-cache" });
  if (answer.ok) await assets.put(url, answer);
}

/** Whether an earlier build, or this one, has kept the app: its reader works with it. */
async function hasApp(): Promise<boolean> {
  const found = APP.map((path) => caches.match(path, ALIKE));
  return (await Promise.all(found)).some((answer) => answer !== undefined);
}

/** Keep all that the app needs without a network; whether all of it is kept now. */
async function keepApp(): Promise<boolean> {
  try {
    const assets = await caches.open(ASSETS);
    const had = new Set((await assets.keys()).map(({ url }) => new URL(url).pathname));
    const missing = [...LIST.files, ...LIST.app].filter(({ url }) => !had.has(url));
    await Promise.all(missing.map((file) => built(assets, file)));
    return await keepShells();
  } catch {
    return false;
  }
}

/** Keep the app's page as the service has it now, unless it is of another build: its files would be missing. */
async function keepShells(): Promise<boolean> {
  const assets = await caches.open(ASSETS);
  const own = new Set([...LIST.files, ...LIST.app].map(({ url }) => url));
  const kept = APP.map(async (path) => {
    const answer = await fetch(path, { cache: "no-cache" });
    const isOfThisBuild = assetsOf(await answer.clone().text()).every((url) => own.has(url));
    if (answer.ok && !answer.redirected && isOfThisBuild) await store(assets, path, answer);
    return (await assets.match(path, ALIKE)) !== undefined;
  });
  return (await Promise.all(kept)).every(Boolean);
}

/** The app opens from here, at once, whatever the network is like. */
async function app(request: Request, url: URL): Promise<Response> {
  const assets = await caches.open(ASSETS);
  const lang = url.searchParams.get("lang") === "en" ? "en" : "vi";
  return (await assets.match(`/app?lang=${lang}`, ALIKE)) ?? page(request, url);
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("nguon-assets-") && name !== ASSETS);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(request: Request, name: string, may: (answer: Response) => boolean): Promise<Response> {
  const cache = await caches.open(name);
  // A page of the build before, or of the one that waits, finds its files in that build's store.
  const found = (await cache.match(request, ALIKE)) ?? (await caches.match(request, ALIKE));
  if (found) return found;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic" && may(answer)) {
    await cache.put(request, answer.clone());
    await trim(name);
  }
  return answer;
}

async function fresh(request: Request): Promise<Response> {
  const cache = await caches.open(ASSETS);
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") await cache.put(request, answer.clone());
    return answer;
  } catch (error) {
    const found = await cache.match(request, ALIKE);
    if (found) return found;
    throw error;
  }
}

/** The network's answer, kept with its age; without one the kept one. A store that fails is none. */
async function dated(request: Request, path: string): Promise<Response> {
  const answer = await soon(request);
  if (answer?.ok) {
    await keep(path, answer.clone()).catch(() => undefined);
    return answer;
  }
  const found = await caches
    .open(KEYS)
    .then((cache) => cache.match(path, ALIKE))
    .catch(() => undefined);
  return found ?? answer ?? Response.error();
}

async function keep(path: string, answer: Response): Promise<void> {
  if (answer.redirected || answer.type !== "basic") return;
  await store(await caches.open(KEYS), path, answer);
}

async function page(request: Request, url: URL): Promise<Response> {
  const pages = await caches.open(PAGES);
  const answer = await soon(request);
  if (answer) {
    if (answer.ok && !answer.redirected && keeps(url)) await store(pages, request.url, answer.clone());
    return answer;
  }
  const lang = url.searchParams.get("lang") === "en" ? "en" : "vi";
  const found =
    (await pages.match(request, ALIKE)) ?? (await pages.match(request, { ...ALIKE, ignoreSearch: true }));
  if (!found) return (await pages.match(`/offline?lang=${lang}`, ALIKE)) ?? Response.error();
  if (url.pathname === "/scan" || url.pathname === "/offline") return found;
  const at = new Date(found.headers.get(STORED) ?? 0);
  return new Response(markStored(await found.text(), at, LIST.offline), { headers: found.headers });
}

/** What the network says; null where it says nothing for long. */
async function soon(request: Request): Promise<Response | null> {
  const late = new Promise<null>((done) =>
    setTimeout(() => done(null), self.navigator.onLine ? PATIENCE * 5 : PATIENCE),
  );
  return Promise.race([fetch(request).catch(() => null), late]);
}

async function store(pages: Cache, path: string, answer: Response): Promise<void> {
  if (!answer.ok) return;
  const headers = new Headers(answer.headers);
  headers.set(STORED, new Date().toISOString());
  await pages.delete(path);
  await pages.put(path, new Response(await answer.blob(), { headers }));
  await trim(PAGES);
}

async function trim(name: string): Promise<void> {
  const limit = LIMITS[name];
  if (limit === undefined) return;
  const cache = await caches.open(name);
  const keys = (await cache.keys()).filter(({ url }) => !SHELL.some((path) => url.endsWith(path)));
  for (const key of keys.slice(0, Math.max(0, keys.length - limit))) await cache.delete(key);
}
