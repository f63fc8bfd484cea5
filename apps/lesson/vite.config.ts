import { defineConfig } from "vite";
import { isolation } from "./src/cli/site/site-headers.ts";
import { lessonText } from "./vite/lesson-text.ts";
import { serviceWorker } from "./vite/service-worker.ts";

const jsx = { runtime: "automatic", importSource: "preact" } as const;

/**
 * What backends share has chunks of its own. Left to the bundler it lies in one backend's chunk, and the others, and the
 * small modules that only start a backend, load all of that one with it.
 */
const rolldownOptions = {
  output: {
    codeSplitting: {
      groups: [
        { name: "tfjs", test: /@tensorflow\/tfjs-core\// },
        { name: "backend-errors", test: /packages\/backend-\w+\/src\/(errors|out-of-memory)\.ts$/ },
      ],
    },
  },
};

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
    rolldownOptions,
  },
  worker: { format: "es", rolldownOptions },
  server: { host: "localhost", headers: isolation },
});
