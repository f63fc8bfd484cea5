import { access } from "node:fs/promises";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CommandContext } from "./command.ts";
import { messages } from "./messages.ts";
import { serveSite } from "./site/site-server.ts";

/** Where `pnpm build` puts the site. */
const SITE = fileURLToPath(new URL("../../dist/", import.meta.url));

/**
 * `camada web`: serves the built page to this machine until it is stopped.
 * @param options.datasetsFolder whose files the page can train with, under `datasets/`.
 * @param folder of the built page.
 */
export async function webCommand(
  { screen, surroundings }: Pick<CommandContext, "screen" | "surroundings">,
  { port, datasetsFolder }: { readonly port: number; readonly datasetsFolder?: string | undefined },
  folder: string = SITE,
): Promise<number> {
  const { language } = screen;
  try {
    await access(join(folder, "index.html"));
  } catch {
    screen.complain(`camada: ${messages.notBuilt[language]}`);
    return 1;
  }
  const datasets = datasetsFolder === undefined ? undefined : resolve(surroundings.directory, datasetsFolder);
  const server = await serveSite({ site: folder, datasets }, port);
  screen.print([`${messages.pageAt[language]} ${server.address}`]);
  if (!surroundings.signal.aborted) await once(surroundings.signal, "abort");
  await server.close();
  return 0;
}
