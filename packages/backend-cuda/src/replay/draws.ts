import { defaultRandom, setDefaultRandom, type DrawnTensor, type RandomSource } from "@camada/tensor";
import { areSameValues } from "./sameness.ts";

/**
 * Whether one call of a step draws as another did, and nothing else: from where the random source stood before the other,
 * the same draws give the same numbers and bring it to where it stands.
 * @param before a copy of the source, from before the other call.
 */
export function sameDraws(draws: readonly DrawnTensor[], given: readonly DrawnTensor[], before: RandomSource): boolean {
  const random = defaultRandom();
  if (draws.length !== given.length) return false;
  setDefaultRandom(before);
  try {
    if (!draws.every(({ draw }, i) => areSameValues(draw(), given[i]!.values))) return false;
  } finally {
    setDefaultRandom(random);
  }
  return JSON.stringify(before.state()) === JSON.stringify(random.state());
}
