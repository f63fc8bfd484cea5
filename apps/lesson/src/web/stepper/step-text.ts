import type { TraceCell, TraceTerm } from "@camada/conv-math";
import type { Localized } from "../../localized.ts";

/** More products than this are not read out one by one. */
const MOST_SPOKEN = 27;

/** A number as the grids show it: at most two decimals. */
export function shortNumber(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** One product, negative factors between brackets. */
function productText({ x, weight }: TraceTerm): string {
  return `${factor(x)} × ${factor(weight)}`;
}

function factor(value: number): string {
  return value < 0 ? `(${shortNumber(value)})` : shortNumber(value);
}

/** What a screen reader says of a step: where, the products, the sum. */
export function announcement(cell: TraceCell, output: number): Localized {
  const [row = 0, column = 0] = cell.position.map((index) => index + 1);
  const count = cell.partialSums.reduce((sum, { terms }) => sum + terms.length, 0);
  const sums = cell.partialSums.map(({ terms, sum }) =>
    count > MOST_SPOKEN ? shortNumber(sum) : terms.map(productText).join(" + "),
  );
  const written = `${sums.join(" + ")} = ${shortNumber(output)}`;
  const [products, produtos] = count > MOST_SPOKEN ? [`${count} products: `, `${count} produtos: `] : ["", ""];
  return {
    "pt-BR": `Saída, linha ${row}, coluna ${column}: ${produtos}${written}`,
    en: `Output, row ${row}, column ${column}: ${products}${written}`,
  };
}
