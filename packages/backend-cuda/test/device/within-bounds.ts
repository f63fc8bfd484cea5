import type { ConvolutionErrors } from "@camada/test-kit";
import { expect } from "vitest";

/** Writes down the worst errors, and expects each to be within its bound. */
export async function expectWithinBounds(
  name: string,
  errors: Partial<ConvolutionErrors>,
  annotate: (text: string) => Promise<unknown>,
): Promise<void> {
  for (const [kernel, worst] of Object.entries(errors)) await annotate(`${name}, ${kernel}: ${worst.text}`);
  for (const worst of Object.values(errors)) expect(worst).toSatisfy(({ overBound }) => overBound <= 1, worst.where);
}
