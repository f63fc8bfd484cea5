import type { BackendId } from "../backends.ts";
import { openWebData } from "../web-data.ts";
import { deviceWatch } from "../device-lost.ts";
import { problemSentence } from "./problem-sentence.ts";
import type { Command, Report, RunRequest, SavedRun, Stretch } from "./protocol.ts";
import { runStore } from "./run-store.ts";
import { openRunFile } from "./saved-run.ts";
import { startBackend } from "./start-backend.ts";
import { TrainingSession } from "./training-session.ts";

/** The part of a worker's global scope that is used here; the compiler has loaded the page's. */
interface WorkerScope {
  postMessage(report: Report, transfer?: ArrayBuffer[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<Command>) => void): void;
}

const scope = globalThis as unknown as WorkerScope;
const store = runStore();
let session: TrainingSession | undefined;
let lastSession: Promise<void> = Promise.resolve();
let lastBegin: Promise<void> = Promise.resolve();

scope.addEventListener("message", ({ data }) => {
  obey(data).catch((error: unknown) => report({ type: "failed", text: problemSentence(error), saved: undefined }));
});

async function obey(command: Command): Promise<void> {
  switch (command.type) {
    case "start":
      return begin(command.backend, command.request, undefined, command.stretch ?? "end");
    case "resume": {
      const saved = command.saved ?? (await store.load());
      if (saved === undefined) report({ type: "status", status: "idle" });
      else await begin(command.backend, saved.request, saved);
      return;
    }
    case "open": {
      let saved: SavedRun;
      try {
        saved = await openRunFile(command.file, command.data);
      } catch (error) {
        return report({ type: "refused", text: problemSentence(error) });
      }
      return begin(command.backend, saved.request, saved);
    }
    case "go":
      return session?.go(command.stretch);
    case "pause":
      return session?.pause();
    case "stop":
      return session?.stop();
    case "learning-rate":
      return session?.setLearningRate(command.learningRate);
    case "export":
      return session?.exportState();
    case "look":
      return session?.look(command.picture);
    case "mistakes":
      return session?.showMistakes();
  }
}

/** One session after the other, whatever the haste of the commands. */
function begin(...run: Parameters<typeof replaceSession>): Promise<void> {
  lastBegin = lastBegin.catch(() => {}).then(() => replaceSession(...run));
  return lastBegin;
}

/** The memory of the last session is freed before the next one takes its own. */
async function replaceSession(
  backend: BackendId,
  request: RunRequest,
  saved: SavedRun | undefined,
  stretch?: Stretch,
): Promise<void> {
  session?.close();
  await lastSession;
  report({ type: "status", status: "preparing" });
  report({ type: "backend", info: await startBackend(backend) });
  session = new TrainingSession({ report, openData: openWebData, store, checkDevice: deviceWatch() }, request, saved);
  if (stretch !== undefined) session.go(stretch);
  lastSession = session.run();
}

function report(message: Report, transfer: ArrayBuffer[] = []): void {
  scope.postMessage(message, transfer);
}
