/** The app without a network: the service worker is asked to keep all that it needs. */

const PATIENCE = 120_000; // milliseconds; the first time it is some hundred kB

/** Ask the service worker to keep the app. Whether all of it is kept; false also where there is no worker. */
export async function keepOffline(): Promise<boolean> {
  if (typeof navigator === "undefined" || !("serviceWorker" in navigator)) return false;
  const { active } = await navigator.serviceWorker.ready;
  if (!active) return false;
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), PATIENCE);
    port1.onmessage = ({ data }) => {
      clearTimeout(late);
      port1.close();
      resolve(data === true);
    };
    active.postMessage("app", [port2]);
  });
}
