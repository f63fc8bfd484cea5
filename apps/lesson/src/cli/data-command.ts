import type { OpenedDataset } from "@camada/datasets";
import type { DatasetName } from "../cell.ts";
import { type CommandContext, printJson, printTable } from "./command.ts";
import { openLessonData } from "./datasets.ts";
import { downloadStatus } from "./download-status.ts";
import { errorSentence } from "./error-sentence.ts";
import { messages } from "./messages.ts";

/** `camada data`: where each dataset is, or why it cannot be had. Downloads only when asked to. */
export async function dataCommand(context: CommandContext, isDownload: boolean): Promise<number> {
  const { options, screen, surroundings } = context;
  const found: { readonly name: DatasetName; readonly opened: OpenedDataset }[] = [];
  let code = 0;
  for (const name of ["mnist", "fashion-mnist"] as const) {
    try {
      const { signal } = surroundings;
      const opened = await openLessonData(name, {
        mayDownload: isDownload,
        signal,
        onProgress: downloadStatus(screen),
      });
      found.push({ name, opened });
    } catch (error) {
      screen.complain(errorSentence(error, screen.language));
      code = 1;
    }
  }
  screen.clearStatus();
  if (options.format === "text") {
    for (const { name, opened } of found) printDataset(context, name, opened);
  } else {
    const entries = found.map(({ name, opened: { train, test, source, rejected } }) => {
      const refused = rejected.map(({ source: place, reason }) => ({ source: place, reason }));
      return { name, train: train.length, test: test.length, source, rejected: refused };
    });
    printJson(context, "datasets", entries);
  }
  return code;
}

function printDataset(
  context: CommandContext,
  name: DatasetName,
  { train, test, source, rejected }: OpenedDataset,
): void {
  printTable(context, {
    columns: [{ title: name }, { title: "" }],
    rows: [
      [messages.source, `${source.name} (${source.location})`],
      [messages.trainingPictures, train.length],
      [messages.testPictures, test.length],
      [messages.checksum, source.isVerified ? messages.verified : messages.notVerified],
      ...(source.isSubset ? [[messages.extent, messages.aPart]] : []),
      ...rejected.map(({ source: place, reason }) => [messages.refused, `${place}: ${reason}`]),
    ],
  });
  context.screen.print([""]);
}
