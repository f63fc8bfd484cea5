/** A function that works out everything once: comparing all plans takes up to a millisecond. */
export function remembered<In, Out>(keyOf: (input: In) => string, work: (input: In) => Out): (input: In) => Out {
  const results = new Map<string, Out>();
  return (input) => {
    const key = keyOf(input);
    if (!results.has(key)) results.set(key, work(input));
    return results.get(key) as Out;
  };
}
