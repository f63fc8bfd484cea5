import { effect } from "@preact/signals";
import { computing } from "./computing.ts";

/**
 * Has the service worker keep the whole site, once the page computes: it fetches every file, megabytes of them, and would
 * do so while the page waits for the few that it needs first.
 */
export function keepOffline(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  let isAsked = false;
  effect(() => {
    if (isAsked || computing.value.status === "starting") return;
    isAsked = true;
    // Without one the page works all the same, with a network.
    navigator.serviceWorker.register(new URL("sw.js", document.baseURI)).catch(() => {});
  });
}
