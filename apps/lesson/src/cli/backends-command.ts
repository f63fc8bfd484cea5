import type { Backend } from "@camada/tensor";
import { useBackend } from "@camada/tensor";
import { inLanguage } from "../localized.ts";
import { refusal } from "../refusal.ts";
import { candidates, startBackend } from "./backends.ts";
import { type CommandContext, printJson, printTable } from "./command.ts";
import { messages } from "./messages.ts";

/** `camada backends`: tries everything that could run here, one by one, and says what would be used. */
export async function backendsCommand(context: CommandContext): Promise<number> {
  const { options, screen } = context;
  const tries = [
    ...candidates("cuda").map((backend) => ({ backend, engine: undefined })),
    ...(["native", "wasm", "js"] as const).flatMap((engine) => {
      return candidates("cpu", { engine, threads: options.threads }).map((backend) => ({ backend, engine }));
    }),
  ];
  const found = [];
  for (const { backend, engine } of tries) {
    const { name, device } = backend;
    found.push({ name, device, engine, ...(await attempt(backend, context)) });
  }
  const { backend, info } = await startBackend(options);
  const entries = found.map((entry) => {
    const isChosen = entry.name === backend.name && (entry.engine ?? info.engine) === info.engine;
    return { ...entry, isChosen };
  });
  if (options.format !== "text") {
    printJson(context, "backends", entries);
    return 0;
  }
  printTable(context, {
    columns: [{ title: "" }, { title: messages.backend }, { title: messages.device }, { title: messages.description }],
    rows: entries.map(({ name, engine, device, isAvailable, isChosen, description }) => [
      isChosen ? "●" : isAvailable ? "○" : "✗",
      engine === undefined ? name : `${name}, ${engine}`,
      device,
      description,
    ]),
  });
  const legend = ["chosen", "available", "refused"] as const;
  screen.print(["", legend.map((key, i) => `${"●○✗"[i]} ${messages[key][screen.language]}`).join("   ")]);
  return 0;
}

async function attempt(backend: Backend, { screen }: CommandContext) {
  try {
    const { description } = await useBackend(backend);
    return { isAvailable: true, description };
  } catch (error) {
    return { isAvailable: false, description: inLanguage(refusal(error), screen.language) };
  }
}
