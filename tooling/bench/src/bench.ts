import type { Candidate } from "./measure.ts";
import type { Work } from "./table.ts";

/** A question that `pnpm bench` answers. */
export interface Bench {
  readonly name: string;
  /** What is measured, with sizes, in one line. */
  readonly about: string;
  /** Work of one run. */
  readonly work?: Work;
  readonly rounds: number;
  readonly warmups: number;
  /** Loads what it needs; nothing is loaded for a bench that does not run. */
  readonly candidates: () => Promise<readonly Candidate[]>;
}
