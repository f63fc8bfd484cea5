import { defineConfig } from "vite";
import { isolation } from "./src/cli/site/site-headers.ts";
import { lessonText } from "./vite/lesson-text.ts";
import { serviceWorker } from "./vite/service-worker.ts";

const jsx = { runtime: "automatic", importSource: "preact" } as const;

export default defineConfig({
  // Relative addresses: the site works under any path.
  base: "./",
  plugins: [lessonText(), serviceWorker()],
  resolve: { conditions: ["@camada/source", "module", "browser", "import", "default"] },
  oxc: { jsx },
  // The search for dependencies before development transforms files by itself.
  optimizeDeps: { rolldownOptions: { transform: { jsx } } },
  build: {
    target: "es2022",
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // The page's policy allows no data: addresses for files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 800,
  },
  worker: { format: "es" },
  server: { host: "localhost", headers: isolation },
});
