import type { CommonOptions } from "./arguments.ts";
import type { Screen, Surroundings } from "./screen.ts";
import { JSON_VERSION } from "../json.ts";
import type { TableOutput } from "../output.ts";
import { tableLines } from "./render-table.ts";

/** What every command is given. */
export interface CommandContext {
  readonly screen: Screen;
  readonly options: CommonOptions;
  readonly surroundings: Surroundings;
}

/** Writes a list as JSON: one document, or one object per line. */
export function printJson({ screen, options }: CommandContext, name: string, entries: readonly object[]): void {
  if (options.format === "jsonl") screen.print(entries.map((entry) => JSON.stringify(entry)));
  else screen.print([JSON.stringify({ version: JSON_VERSION, [name]: entries }, undefined, 2)]);
}

/** Writes a table as text. */
export function printTable({ screen }: CommandContext, table: Omit<TableOutput, "kind" | "name">): void {
  const { language, style, width } = screen;
  screen.print(tableLines({ kind: "table", name: "table", ...table }, width, language, style));
}
