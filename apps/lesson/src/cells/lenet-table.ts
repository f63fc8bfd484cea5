import type { Localized } from "../localized.ts";
import { decimals, grouped, localized } from "../localized.ts";
import { type Check, compareNumbers } from "../verdict.ts";
import { lenetCost, type MeasuredLayer } from "./lenet.ts";

/** Compares each layer's parameters, and their sum, with the formulas. */
export function checkParameters(layers: readonly MeasuredLayer[]): Check {
  const counts = layers.map(({ parameters }) => parameters);
  return compareNumbers({
    what: { "pt-BR": "parâmetros de cada camada e total", en: "parameters of each layer and total" },
    against: "formula",
    live: [...counts, total(layers)],
    expected: [...lenetCost.layers.map(({ parameters }) => parameters), lenetCost.parameters],
    names: [...layers.map(({ name }, i) => `${i} ${name}`), "total"],
  });
}

/** Parameters of the whole network. */
export function total(layers: readonly MeasuredLayer[]): number {
  return layers.reduce((sum, { parameters }) => sum + parameters, 0);
}

/** How much of the network the largest layer is. */
export function largestShare(layers: readonly MeasuredLayer[]): Localized {
  const largest = Math.max(...layers.map(({ parameters }) => parameters));
  return localized((say, language) => {
    const percent = say(decimals((100 * largest) / total(layers), 1));
    const [most, all] = [say(grouped(largest)), say(grouped(total(layers)))];
    return language === "pt-BR"
      ? `A primeira camada densa tem ${most} dos ${all} parâmetros, ${percent} % da rede.`
      : `The first dense layer has ${most} of the ${all} parameters, ${percent} % of the network.`;
  });
}
