import type { DeviceValues } from "../memory/storage.ts";

/** Whether two arrays hold the same numbers: NaN is itself, and -0 is not 0. */
export function areSameValues(some: DeviceValues, others: DeviceValues | undefined): boolean {
  return others !== undefined && some.length === others.length && some.every((value, i) => Object.is(value, others[i]));
}

/** Whether two sets have the same members. */
export function areSameSets<T>(some: ReadonlySet<T>, others: ReadonlySet<T>): boolean {
  return some.size === others.size && [...some].every((member) => others.has(member));
}
