import { rename, writeFile } from "node:fs/promises";
import { describeMachine } from "./machine.ts";

/**
 * Writes a report as JSON: beside its place and then renamed, so that a reader never finds half of one.
 * @param path of the file; one that is there is replaced
 * @param command as it was typed, e.g. `pnpm bench lesson --peers`
 * @param results whatever the bench found
 */
export async function writeReport(path: string, command: string, results: object): Promise<void> {
  const report = { date: new Date().toISOString(), command, machine: describeMachine(), ...results };
  const beside = `${path}.${process.pid}.part`;
  await writeFile(beside, `${JSON.stringify(report, null, 2)}\n`);
  await rename(beside, path);
}
