import { render } from "preact";
import type { Language } from "../../../src/localized.ts";
import type { Command, Report } from "../../../src/web/training/protocol.ts";
import { TrainingModel, trainingWorker } from "../../../src/web/training/training-model.ts";
import { TrainingScreen } from "../../../src/web/training/training-screen.tsx";
import "../../../src/web/styles/tokens.css";
import "../../../src/web/styles/page.css";
import "../../../src/web/styles/controls.css";

declare global {
  interface Window {
    /** What the worker has said, without the larger arrays. */
    readonly reports: Report[];
    /** Milliseconds of every long task of the page's thread. */
    readonly longTasks: number[];
    send(command: Command): void;
  }
}

const reports: Report[] = [];
const longTasks: number[] = [];
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longTasks.push(duration);
}).observe({ type: "longtask", buffered: true });

const model = new TrainingModel(() => {
  const worker = trainingWorker();
  worker.addEventListener("message", ({ data }: MessageEvent<Report>) => {
    if (data.type !== "sight" && data.type !== "mistakes") reports.push(data);
  });
  return worker;
});
const language: Language = new URLSearchParams(location.search).get("lang") === "pt-BR" ? "pt-BR" : "en";
Object.assign(globalThis, { reports, longTasks, send: (command: Command) => model.send(command) });
document.documentElement.lang = language;
render(<TrainingScreen language={language} backend="wasm" model={model} />, document.getElementById("app")!);
