import { cells } from "../cells/index.ts";
import { type CommandContext, printJson, printTable } from "./command.ts";
import { cellJson } from "../json.ts";
import { messages } from "./messages.ts";

/** `camada list` */
export function listCommand(context: CommandContext): number {
  const { options, screen } = context;
  if (options.format === "text") {
    const columns = [{ title: messages.cell }, { title: messages.title }];
    printTable(context, { columns, rows: cells.map(({ id, title }) => [id, title]) });
  } else {
    const entries = cells.map((cell) => cellJson(cell, screen.language));
    printJson(context, "cells", entries);
  }
  return 0;
}
