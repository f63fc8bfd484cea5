import { traceConvolution } from "@camada/conv-math";
import type { ChosenBackend } from "@camada/tensor";
import type { TrainRecord } from "@camada/training";
import type { Cell } from "./cell.ts";
import { inLanguage, type Language, type Localized, type Text } from "./localized.ts";
import type { Output, TableCell } from "./output.ts";
import type { Check, Verdict } from "./verdict.ts";
import { engineRefusal, refusal } from "./refusal.ts";
import type { CellOutcome } from "./run-cells.ts";

/** Version of the documents that `--json` and `--jsonl` write. */
export const JSON_VERSION = 1;

/** What runs, as plain data. */
export function backendJson({ backend, info, rejected }: ChosenBackend, language: Language) {
  return {
    name: backend.name,
    device: backend.device,
    engine: info.engine,
    description: info.description,
    precision: info.precision,
    threads: info.threads,
    rejected: [
      ...rejected.map((refused) => ({
        name: refused.backend.name,
        reason: inLanguage(refusal(refused.error), language),
      })),
      ...info.rejected.map(({ engine, reason }) => ({
        name: `${backend.name}, ${engine}`,
        reason: inLanguage(engineRefusal(reason), language),
      })),
    ],
  };
}

/**
 * A cell with everything that it showed, as plain data.
 * @param files where drawings went, if anywhere.
 * @param sentence what this front end says of an error.
 */
export function outcomeJson(
  outcome: CellOutcome,
  language: Language,
  files: ReadonlyMap<Output, string>,
  sentence: (error: unknown) => string,
) {
  const { cell, verdict, error, outputs, durationMs } = outcome;
  return {
    ...cellJson(cell, language),
    recorded: cell.recorded,
    outputs: outputs.map((output) => outputJson(output, language, files.get(output))),
    ...(verdict === undefined
      ? { error: sentence(error) }
      : { verdict: verdict.kind, checks: verdict.checks.map((check) => checkJson(check, language)) }),
    durationMs: Math.round(durationMs),
  };
}

/** What names a cell. */
export function cellJson({ id, kind, title }: Cell, language: Language) {
  return { id, kind, title: title[language] };
}

/** A check with every number that it compared. */
function checkJson(check: Check, language: Language): object {
  const { kind, what, against, items, tolerance, worst, band, reason } = check;
  const say = (text: Localized | undefined): string | undefined => text?.[language];
  return {
    verdict: kind,
    what: what[language],
    against,
    compared: items.length,
    tolerance,
    worst,
    band: say(band),
    reason: say(reason),
    items,
  };
}

/** How many cells came out how. */
export function countsJson(outcomes: readonly { readonly verdict?: Verdict }[]) {
  const count = (kind: Verdict["kind"]): number => outcomes.filter(({ verdict }) => verdict?.kind === kind).length;
  return {
    equal: count("equal"),
    compatible: count("compatible"),
    different: count("different"),
    notComparable: count("not-comparable"),
    failed: outcomes.filter(({ verdict }) => verdict === undefined).length,
  };
}

/** A record of a training as plain data. A checkpoint's weights go to its file. */
export function recordJson(record: TrainRecord): object {
  if (record.type !== "checkpoint") return record;
  const { checkpoint: _, ...rest } = record;
  return rest;
}

/** An output as plain data: texts in one language, drawings by the file they went to, pictures without their pixels. */
export function outputJson(output: Output, language: Language, file: string | undefined) {
  const say = (text: Text): string => inLanguage(text, language);
  const { kind, name, caption, recorded } = output;
  const common = { kind, name, caption: caption === undefined ? undefined : say(caption), recorded, file };
  switch (output.kind) {
    case "text":
      return { ...common, text: say(output.text) };
    case "array":
      return { ...common, shape: output.shape, values: output.values, printed: output.printed };
    case "shapes":
      return { ...common, rows: output.rows };
    case "table":
      return {
        ...common,
        columns: output.columns.map(({ title }) => say(title)),
        rows: output.rows.map((row) => row.map((cell) => tableCellJson(cell, language))),
        total: output.total?.map((cell) => tableCellJson(cell, language)),
      };
    case "trace": {
      const steps = traceConvolution(output.x, output.weight, output.options);
      const cells = output.steps.map((position) => steps.cell(position));
      return {
        ...common,
        x: arrayJson(output.x),
        weight: arrayJson(output.weight),
        options: output.options,
        output: arrayJson(output.output),
        unread: steps.unreadPixels(),
        steps: cells.map(({ position, window, partialSums, sum }) => ({
          position,
          window,
          sum,
          partialSums: partialSums.map((partial) => ({
            channel: partial.inputChannel,
            sum: partial.sum,
            products: partial.terms.map(({ x, weight, product }) => ({ x, weight, product })),
          })),
        })),
      };
    }
    case "figure":
      return { ...common, alt: say(output.alt) };
    case "chart":
      return {
        ...common,
        alt: say(output.alt),
        series: output.series.map(({ label, style, points }) => ({ label: say(label), style, points })),
      };
    case "pictures":
      return {
        ...common,
        alt: say(output.alt),
        pictures: output.pictures.map(({ label, width, height, channels }) => {
          return { label: say(label), width, height, channels };
        }),
      };
    case "bars":
      return { ...common, bars: output.bars.map(({ label, value }) => ({ label: say(label), value })) };
  }
}

function arrayJson({ shape, data }: { readonly shape: readonly number[]; readonly data: ArrayLike<number> }) {
  return { shape, values: Array.from(data) };
}

function tableCellJson(cell: TableCell, language: Language) {
  return typeof cell === "object" && "shape" in cell
    ? cell.shape
    : typeof cell === "number"
      ? cell
      : inLanguage(cell, language);
}
