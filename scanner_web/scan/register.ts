/**
 * Every page's link to the service worker: registered where the browser allows it, and a ribbon when a newer one
 * waits. The page goes over to it when the reader says so, never by itself.
 */

const script = document.querySelector<HTMLScriptElement>("script[data-update]");

/** Register, and watch for a newer worker; quiet where storage or workers are not allowed. */
async function register(prompt: string): Promise<void> {
  if (!("serviceWorker" in navigator) || !navigator.cookieEnabled) return;
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" });
    if (registration.waiting) offer(registration.waiting, prompt);
    registration.addEventListener("updatefound", () => {
      const coming = registration.installing;
      coming?.addEventListener("statechange", () => {
        if (coming.state === "installed" && navigator.serviceWorker.controller) offer(coming, prompt);
      });
    });
  } catch {
    // a private window, or an app's own browser: the page works without
  }
}

function offer(worker: ServiceWorker, prompt: string): void {
  if (document.querySelector(".ribbon.update")) return;
  const ribbon = document.createElement("aside");
  ribbon.className = "ribbon update";
  ribbon.setAttribute("role", "status");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = prompt;
  button.addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage("use");
  });
  ribbon.append(button);
  document.body.prepend(ribbon);
}

if (script?.dataset.update) void register(script.dataset.update);
