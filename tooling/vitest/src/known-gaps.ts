import { beforeEach, type RunnerTask } from "vitest";

/** Tests that are known to fail on a backend, by full name, each with its reason. */
export type KnownGaps = Readonly<Record<string, string>>;

/** Lets the listed tests of every file fail, and fails them when they pass. */
export function expectGaps(gaps: KnownGaps): void {
  beforeEach(({ task }) => {
    // vitest reads it once the test is over; it only means to be told in the test's own file.
    if (fullName(task) in gaps) Object.assign(task, { fails: true });
  });
}

function fullName(task: RunnerTask): string {
  const names: string[] = [];
  for (let part: RunnerTask | undefined = task; part !== undefined && part !== part.file; part = part.suite) {
    names.unshift(part.name);
  }
  return names.join(" > ");
}
