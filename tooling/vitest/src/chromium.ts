import { accessSync, constants } from "node:fs";
import process from "node:process";

const PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The browser of this machine: that of `CAMADA_CHROMIUM`, or else the first where systems put one. */
export function findChromium(): string | undefined {
  const chosen = process.env["CAMADA_CHROMIUM"];
  return (chosen === undefined ? PATHS : [chosen]).find(isProgram);
}

/** The browser of this machine. @throws {Error} where there is none. */
export function requireChromium(): string {
  const found = findChromium();
  if (found === undefined) throw new Error("expected Chromium, got none; apt-get install chromium");
  return found;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
