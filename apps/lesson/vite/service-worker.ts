import { createHash } from "node:crypto";
import type { Plugin } from "vite";

/** Adds `sw.js`, which keeps every file of the site, so that the page works without a network after its first load. */
export function serviceWorker(): Plugin {
  return {
    name: "camada-service-worker",
    apply: "build",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = Object.keys(bundle).sort();
        const hash = createHash("sha256");
        for (const name of files) {
          const file = bundle[name]!;
          hash.update(name).update(file.type === "chunk" ? file.code : file.source);
        }
        const source = workerSource(hash.digest("hex").slice(0, 16), [
          "./",
          ...files.filter((name) => name !== "index.html"),
        ]);
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}

/** A new version waits until no page of the old one is open: their chunks must stay at hand. */
function workerSource(version: string, files: readonly string[]): string {
  return `const CACHE = "camada-${version}";
const FILES = ${JSON.stringify(files)};
self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(FILES)));
});
self.addEventListener("activate", (event) => {
  const isOld = (name) => name.startsWith("camada-") && name !== CACHE;
  const cleaned = caches.keys().then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))));
  event.waitUntil(cleaned.then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== self.location.origin) return;
  const key = request.mode === "navigate" ? new URL("./", self.location.href).href : request;
  event.respondWith(caches.match(key, { cacheName: CACHE, ignoreSearch: true }).then((found) => found ?? fetch(request)));
});
`;
}
