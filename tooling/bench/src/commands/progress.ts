import process from "node:process";

/**
 * Says what runs, on one line that is written over, where somebody is looking.
 * @param line to show; an empty one clears it
 */
export function showProgress(line: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line}`);
}
