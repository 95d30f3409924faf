/** GET /offline: the pages that were seen on this device, newest first. */

const PAGES = "nguon-pages";
const STORED = "X-Nguon-Stored";

interface Seen {
  readonly path: string;
  readonly title: string;
  readonly at: Date;
}

async function seenPages(): Promise<readonly Seen[]> {
  const pages = await caches.open(PAGES);
  const found: Seen[] = [];
  for (const request of await pages.keys()) {
    const url = new URL(request.url);
    const answer = /^\/(?:01|00|passport)\//.test(url.pathname)
      ? await pages.match(request, { ignoreVary: true })
      : undefined;
    if (!answer) continue;
    const title = new DOMParser().parseFromString(await answer.text(), "text/html").title;
    found.push({ path: url.pathname + url.search, title, at: new Date(answer.headers.get(STORED) ?? 0) });
  }
  return found.sort((a, b) => b.at.getTime() - a.at.getTime());
}

async function show(list: HTMLElement): Promise<void> {
  const seen = await seenPages();
  if (!seen.length) return;
  const format = new Intl.DateTimeFormat(document.documentElement.lang, {
    dateStyle: "short",
    timeStyle: "short",
  });
  list.replaceChildren(
    ...seen.map(({ path, title, at }) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const time = document.createElement("small");
      link.href = path;
      link.className = "code";
      link.textContent = title;
      time.textContent = format.format(at);
      link.append(time);
      item.append(link);
      return item;
    }),
  );
}

const list = document.querySelector<HTMLElement>("#seen");
if (list && "caches" in globalThis) void show(list).catch(() => undefined);
