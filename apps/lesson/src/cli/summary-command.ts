import { decimals, grouped, inLanguage } from "../localized.ts";
import { lenetCost, lenetText, measureLenet } from "../cells/lenet.ts";
import { startBackend } from "./backends.ts";
import { type CommandContext, printJson } from "./command.ts";
import { messages } from "./messages.ts";

/** `camada summary lenet`: the network as Gluon prints it, and its table of layers. */
export async function summaryCommand(context: CommandContext): Promise<number> {
  const { options, screen } = context;
  await startBackend(options);
  if (options.format !== "text") {
    const entries = measureLenet().layers.map((layer, i) => {
      return { ...layer, multiplyAdds: lenetCost.layers[i]!.multiplyAdds };
    });
    printJson(context, "layers", entries);
    return 0;
  }
  const { printed, summary } = lenetText();
  const { multiplyAdds, parameterBytes } = lenetCost;
  const figures = [
    `${inLanguage(messages.multiplications, screen.language)}: ${inLanguage(grouped(multiplyAdds), screen.language)}`,
    `${inLanguage(messages.weightsSize, screen.language)}: ${inLanguage(decimals(parameterBytes / 2 ** 20, 1), screen.language)} MiB`,
  ];
  screen.print([...printed.split("\n"), "", ...summary.split("\n"), ...figures]);
  return 0;
}
