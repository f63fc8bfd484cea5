import { requireChromium } from "@camada/vitest-setup/chromium";
import { chromiumFlags, REFUSED_FLAGS } from "@camada/vitest-setup/chromium-flags";
import { chromium } from "playwright-core";
import { describeMachine } from "../machine.ts";
import { measureCells, measureOpening, measureTraining, type OpeningTimes, timeOpening } from "../page/opening.ts";
import { servePage } from "../page/served-page.ts";
import { shellBytes } from "../page/shell-size.ts";
import type { PageFigures } from "../page/trace.ts";
import { writeReport } from "../report-file.ts";
import { summarize } from "../statistics.ts";
import { machineLines, table, threeDigits } from "../table.ts";
import { parseOptions } from "../usage.ts";
import { showProgress } from "./progress.ts";

const OPENINGS = 5;

/** What `pnpm bench page --help` says. */
export const pageHelp = `pnpm bench page [--json FILE]

Builds the lesson's page, serves it by \`camada web\`, and opens it in Chromium, each time as one that has never seen it:
size of the shell; time to the first cell that can be run, of ${OPENINGS} openings; and, of others that Chromium traces, what blocks
the page's thread and what shifts, while it opens, while all cells run and while it trains.`;

/** A line of the table. */
export interface PageRow {
  readonly figure: string;
  readonly unit: "kB" | "ms" | "";
  /** Of every time that it was measured. */
  readonly values: readonly number[];
  /** What its median may be at most. */
  readonly limit?: number;
}

/**
 * How fast and how still the lesson's page is.
 * @param args what follows the command's name
 * @returns whether every figure keeps its limit
 */
export async function benchPage(args: readonly string[]): Promise<boolean> {
  const { json } = parseOptions("page", args, ["json"]);
  for (const line of machineLines(describeMachine())) console.log(line);
  const page = await servePage();
  const browser = await chromium.launch({
    executablePath: requireChromium(),
    args: chromiumFlags("webgl"),
    ignoreDefaultArgs: REFUSED_FLAGS,
  });
  const about = `Chromium ${browser.version()}`;
  try {
    console.log(`${about}\n`);
    const times: OpeningTimes[] = [];
    const openings: PageFigures[] = [];
    for (let i = 1; i <= OPENINGS; i++) {
      showProgress(`opening ${i} of ${OPENINGS}`);
      times.push(await timeOpening(browser, page.address));
      openings.push(await measureOpening(browser, page.address));
    }
    showProgress("all cells");
    const cells = await measureCells(browser, page.address);
    showProgress("training");
    const training = await measureTraining(browser, page.address);
    showProgress("");
    const when = (what: keyof OpeningTimes): number[] => times.map((opening) => opening[what]);
    const each = (figure: keyof PageFigures): number[] => openings.map((opening) => opening[figure]);
    const rows: PageRow[] = [
      { figure: "shell, gzipped", unit: "kB", values: [(await shellBytes(page.folder)) / 1000], limit: 60 },
      { figure: "opening: first paint", unit: "ms", values: when("firstPaintMs") },
      { figure: "opening: first cell can be run", unit: "ms", values: when("usableMs"), limit: 1000 },
      { figure: "opening: its verdict, from the click", unit: "ms", values: when("verdictMs") },
      { figure: "opening: total blocking time", unit: "ms", values: each("blockingMs") },
      { figure: "opening: longest task", unit: "ms", values: each("longestTaskMs") },
      { figure: "opening: layout shift", unit: "", values: each("layoutShift") },
      { figure: "all cells: longest task", unit: "ms", values: [cells.longestTaskMs] },
      { figure: "all cells: layout shift", unit: "", values: [cells.layoutShift] },
      { figure: "training: longest task", unit: "ms", values: [training.longestTaskMs], limit: 50 },
      { figure: "training: layout shift", unit: "", values: [training.layoutShift] },
    ];
    for (const line of pageTable(rows)) console.log(line);
    const problems = rows.flatMap(problemOf);
    for (const problem of problems) console.log(`FAILED ${problem}`);
    if (json !== undefined) await writeReport(json, "pnpm bench page", { browser: about, rows });
    return problems.length === 0;
  } finally {
    await browser.close();
    await page.close();
  }
}

/** Rows for people. */
export function pageTable(rows: readonly PageRow[]): string[] {
  const columns = ["figure", "median", "least", "most", "", "limit"];
  return table(
    columns.map((title, i) => ({ title, align: i === 0 || title === "" ? "left" : "right" })),
    rows.map(({ figure, unit, values, limit }) => {
      const { medianMs, minMs, maxMs } = summarize(values);
      return [figure, ...[medianMs, minMs, maxMs].map(threeDigits), unit, limit === undefined ? "" : String(limit)];
    }),
  );
}

/** A sentence for a figure beyond its limit. */
export function problemOf({ figure, unit, values, limit }: PageRow): string[] {
  const { medianMs: middle } = summarize(values);
  if (limit === undefined || middle <= limit) return [];
  return [`${figure}: expected at most ${limit} ${unit}, got ${threeDigits(middle)} ${unit}`];
}
