// The process behind `runTfjs`: one engine, one message with the outcome.
import process from "node:process";
import type { TfjsEngine, TfjsOutcome } from "./tfjs.ts";

/** What `tfjs-suite` exports. */
interface TfjsSuite {
  readonly runTfjsSuite: (options: { readonly engine: TfjsEngine }) => Promise<TfjsOutcome>;
}

const engine = process.argv[2];
if (engine !== "wasm" && engine !== "js") throw new Error(`tfjs-child: expected wasm or js, got ${engine}`);
const { runTfjsSuite } = (await import(new URL("tfjs-suite/index.ts", import.meta.url).href)) as TfjsSuite;
const outcome = await runTfjsSuite({ engine });
process.send?.(outcome, () => process.disconnect());
