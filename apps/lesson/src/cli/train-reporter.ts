import type { ChosenBackend } from "@camada/tensor";
import type { EpochRecord } from "@camada/training";
import type { TrainingOutcome } from "../training/run-training.ts";
import type { TrainingSetting } from "../training/setting.ts";
import { backendLines } from "./backend-lines.ts";
import type { CommandContext } from "./command.ts";
import { backendJson, JSON_VERSION, recordJson } from "../json.ts";
import { TrainingDisplay, type TrainingEvent } from "./render-training.ts";

/** What a training reports to. */
export interface TrainReporter {
  begin(backend: ChosenBackend, setting: TrainingSetting, announcement: string): void;
  event(event: TrainingEvent): void;
  /** @param files that were written: the checkpoint and the drawings. */
  end(outcome: TrainingOutcome, files: readonly string[]): void;
}

/** Shows a training as text, as one JSON document, or as one JSON object per line. */
export function trainReporter({ screen, options }: CommandContext): TrainReporter {
  const display = new TrainingDisplay(screen, 0);
  const { language, style } = screen;
  switch (options.format) {
    case "text":
      return {
        begin({ info }, _setting, announcement) {
          if (!options.isQuiet) screen.print([...backendLines(info, screen), style.dim(announcement)]);
        },
        event: (event) => display.show(event),
        end(_outcome, files) {
          screen.print(files.map((file) => style.dim(`→ ${file}`)));
        },
      };
    case "jsonl":
      return {
        begin(backend, setting, data) {
          const start = {
            type: "start",
            version: JSON_VERSION,
            backend: backendJson(backend, language),
            setting,
            data,
          };
          screen.print([JSON.stringify(start)]);
        },
        event: ({ record }) => screen.print([JSON.stringify(recordJson(record))]),
        end: () => {},
      };
    case "json": {
      let head: object = {};
      const epochs: EpochRecord[] = [];
      return {
        begin(backend, setting, data) {
          head = { version: JSON_VERSION, backend: backendJson(backend, language), setting, data };
        },
        event(event) {
          display.showProgress(event);
          if (event.record.type === "epoch") epochs.push(event.record);
        },
        end({ end: { reason, error, epoch, step } }, files) {
          const document = { ...head, epochs, end: { reason, error: error?.message, epoch, step }, files };
          screen.print([JSON.stringify(document, undefined, 2)]);
        },
      };
    }
  }
}
