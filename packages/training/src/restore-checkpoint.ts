import type { Checkpoint } from "./checkpoint.ts";
import type { Loader, Net, Stateful, TrainerLike } from "./contracts.ts";
import { CheckpointFormatError } from "./errors.ts";

/** What {@link restoreCheckpoint} restores; what is left out stays as it is. */
export interface RestoreTargets {
  readonly net: Pick<Net, "structuralParams" | "loadState">;
  readonly trainer?: Pick<TrainerLike, "restoreStates"> | undefined;
  readonly trainLoader?: Pick<Loader<unknown>, "restore"> | undefined;
  /** In the order in which they were saved. */
  readonly random?: readonly Stateful[] | undefined;
  /** Where the checkpoint comes from, for errors; `checkpoint`. */
  readonly source?: string | undefined;
}

/**
 * Puts a net and what trains it into the state of a checkpoint. With `net` alone: just the weights.
 * @throws {CheckpointFormatError} when the checkpoint belongs to another net; nothing was changed then.
 */
export async function restoreCheckpoint<M>(
  checkpoint: Checkpoint<M>,
  { net, trainer, trainLoader, random, source = "checkpoint" }: RestoreTargets,
): Promise<void> {
  checkNet(checkpoint, net, source);
  if (random !== undefined && random.length !== checkpoint.random.length) {
    throw new CheckpointFormatError(source, `states of ${random.length} random sources`, `${checkpoint.random.length}`);
  }
  await trainer?.restoreStates(checkpoint.trainer as never);
  await net.loadState(checkpoint.net);
  for (const [i, target] of (random ?? []).entries()) target.restore(checkpoint.random[i] as never);
  if (checkpoint.loader !== null) trainLoader?.restore?.(checkpoint.loader as never);
}

function checkNet(checkpoint: Checkpoint<unknown>, net: RestoreTargets["net"], source: string): void {
  const parameters = net.structuralParams();
  const saved = Object.keys(checkpoint.net);
  const missing = [...parameters.keys()].filter((name) => !Object.hasOwn(checkpoint.net, name));
  if (missing.length > 0 || saved.length !== parameters.size) {
    const strangers = saved.filter((name) => !parameters.has(name));
    const got = [
      ...missing.map((name) => `no ${name}`),
      ...strangers.map((name) => `${name}, which the net does not have`),
    ];
    throw new CheckpointFormatError(source, `the net's ${parameters.size} parameters`, got.slice(0, 4).join("; "));
  }
  for (const [name, { shape }] of parameters) {
    const got = checkpoint.net[name]!.shape;
    if (got.length !== shape.length || shape.some((size, axis) => size !== 0 && size !== got[axis])) {
      throw new CheckpointFormatError(source, `${name} of shape [${shape.join(", ")}]`, `[${got.join(", ")}]`);
    }
  }
}
