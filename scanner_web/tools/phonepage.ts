/**
 * A phone's core in a real browser, without the app's screens: tests call `window.phone` in a page of the service's own
 * origin, with a real IndexedDB, a real authenticator and the real service.
 */
import { alarms } from "../coop/core/alarms";
import { Api } from "../coop/core/api";
import { countOwn } from "../coop/core/counting";
import { makeKey, openKey } from "../coop/core/keys";
import { Outbox } from "../coop/core/outbox";
import { createPasskey, remember, remembered, usePasskey } from "../coop/core/session";
import { keyPayload, payloadOf, provePossession, signStatement } from "../coop/core/statement";
import { openStore, persist } from "../coop/core/store";
import { trustFile } from "../coop/core/trust";
import { LedgerError } from "../verify/errors";
import type { JsonObject } from "../verify/json";

const store = await openStore("nguon-app");
const api = new Api();
const outbox = new Outbox(store, {
  sender: api,
  trust: () => trustFile(store, () => api.trustFile()),
});

/** What is done, or the code of why not. */
async function told<T>(
  work: () => Promise<T>,
): Promise<T | { readonly code: string; readonly params: object }> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LedgerError) return { code: error.code, params: error.params };
    throw error;
  }
}

const phone = {
  kept: store.kept,
  persist,

  /** Join by an invitation: a key, a passkey, a session. */
  join: (secret: string) =>
    told(async () => {
      const key = await makeKey(store);
      const { org, stems, publicKey } = await api.joinOptions(secret);
      const payload = keyPayload({
        org: org ?? "",
        jwk: key.jwk,
        role: "member",
        custody: "own",
        stems,
        action: "admit",
        time: new Date().toISOString(),
      });
      const session = await api.join(
        secret,
        await createPasskey(publicKey),
        await provePossession(key, payload),
      );
      await remember(store, session);
      return session;
    }),

  /** Sign out, and in again with the passkey. */
  signInAgain: () =>
    told(async () => {
      await api.signOut();
      const gone = await told(() => api.session());
      const session = await api.signIn(await usePasskey(await api.signInOptions()));
      return { gone, session, remembered: await remembered(store) };
    }),

  session: () => told(() => api.session()),

  /** Sign an event and put it into the outbox. */
  record: (
    event: JsonObject,
    about: readonly string[],
    from: readonly string[],
    photo: readonly number[] | null,
  ) =>
    told(async () => {
      const key = await openKey(store);
      if (!key) throw new LedgerError("key.unkept");
      const photos = photo ? [await outbox.addPhoto(new Uint8Array(photo), "image/jpeg")] : [];
      const statement = await signStatement(key, { typ: "epcis+jws", about, from }, payloadOf(event));
      return outbox.add({ draft: null, sentence: "", statements: [statement], photos });
    }),

  drain: (all: boolean) => told(() => outbox.drain(all)),
  slips: () => outbox.slips(),
  exported: async () => (await outbox.exportAll()).text(),
  imported: (text: string) => told(() => outbox.importAll(new Blob([text]))),
  alarms: () => alarms(store),
  count: () => told(async () => (await countOwn(store, api)).map(({ root: _root, ...counted }) => counted)),
  kid: async () => (await openKey(store))?.kid ?? null,

  /** Whether the key's secret half can be taken out of the browser. */
  takesKeyOut: async () => {
    const kept = await store.read((rooms) => rooms.get("key", "current"));
    if (!kept) return null;
    return crypto.subtle.exportKey("pkcs8", kept.secret).then(
      () => true,
      () => false,
    );
  },
};

declare global {
  interface Window {
    phone: typeof phone;
  }
}

window.phone = phone;
document.title = "ready";
