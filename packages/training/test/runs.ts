import { BiasNet, NotingTrainer } from "./bias-net.ts";
import { BATCHES } from "./logits.ts";
import { crossEntropy } from "./losses.ts";
import { smallRun } from "./small-run.ts";

/** What each test undoes at its end. */
export const cleanups: (() => void)[] = [];

/**
 * Undoes it. For `afterEach` of every file: files of one worker share this module, and what it registered itself would hold
 * for the first of them alone.
 */
export function cleanUp(): void {
  for (const cleanup of cleanups.splice(0)) cleanup();
}

/** What `train` needs for a net whose trainer does nothing but `update`. */
export function biasRun(update?: (net: BiasNet, step: number) => void) {
  const net = new BiasNet(3);
  cleanups.push(() => net.dispose());
  const trainer = new NotingTrainer(net, (step) => update?.(net, step));
  return { net, trainer, loss: crossEntropy, trainLoader: BATCHES };
}

/** The small run, freed after the test. */
export function small() {
  const { dispose, ...parts } = smallRun();
  cleanups.push(dispose);
  return parts;
}
