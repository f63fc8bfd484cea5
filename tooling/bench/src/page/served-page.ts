import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import process from "node:process";
import { build } from "vite";

const lesson = join(import.meta.dirname, "../../../../apps/lesson");

/** The lesson's page as `camada web` serves it. */
export interface ServedPage {
  /** Ends in a slash. */
  readonly address: string;
  /** Folder of the built site. */
  readonly folder: string;
  close(): Promise<void>;
}

/**
 * Builds the page and serves it by the lesson's own program.
 * @throws {Error} when the program ends instead.
 */
export async function servePage(): Promise<ServedPage> {
  await build({ root: lesson, logLevel: "warn" });
  const args = [join(lesson, "bin/camada.js"), "web", "--port", "0", "--lang", "en"];
  const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const close = async (): Promise<void> => {
    if (server.exitCode !== null) return;
    server.kill("SIGTERM");
    await once(server, "exit");
  };
  try {
    return { address: await addressOf(server), folder: join(lesson, "dist"), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The address that the program prints first. */
async function addressOf({ stdout }: ChildProcess): Promise<string> {
  let printed = "";
  for await (const chunk of stdout!) {
    printed += String(chunk);
    const address = /http:\/\/\S+\/(?=\s)/.exec(printed)?.[0];
    if (address !== undefined) return address;
  }
  throw new Error(`camada web: expected an address, got ${JSON.stringify(printed)}`);
}
