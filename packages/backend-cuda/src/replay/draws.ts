import { defaultRandom, type DrawnTensor, type RandomState } from "@camada/tensor";

/**
 * Whether one call of a step draws as another did, and nothing else: from where the random source stood before the other,
 * the same draws give the same numbers and bring it to where it stands.
 */
export function sameDraws(draws: readonly DrawnTensor[], given: readonly DrawnTensor[], before: RandomState): boolean {
  const random = defaultRandom();
  const after = random.state();
  if (given.length === 0) return areEqual(before, after);
  if (draws.length !== given.length || before.algorithm !== after.algorithm) return false;
  random.restore(before);
  try {
    const isSame = draws.every(({ draw }, i) => areSame(draw(), given[i]!.values));
    return isSame && areEqual(random.state(), after);
  } finally {
    random.restore(after);
  }
}

function areEqual(a: RandomState, b: RandomState): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function areSame(a: Float32Array, b: Float32Array): boolean {
  return a.length === b.length && a.every((value, i) => Object.is(value, b[i]));
}
