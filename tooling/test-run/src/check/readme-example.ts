/** A program in a README, and what the README says that it prints. */
export interface ReadmeExample {
  readonly code: string;
  readonly output: string;
}

/**
 * The first program of a README with the output that stands right after it.
 * @param markdown the README
 * @returns undefined without a first `ts` block that a `text` block follows, with nothing but prose between them
 */
export function readmeExample(markdown: string): ReadmeExample | undefined {
  const blocks = [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  const first = blocks.findIndex(([, language]) => language === "ts");
  const [code, output] = blocks.slice(first, first + 2);
  if (first < 0 || code?.[2] === undefined || output?.[1] !== "text") return undefined;
  return { code: code[2], output: output[2] ?? "" };
}
