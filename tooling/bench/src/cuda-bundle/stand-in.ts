/**
 * What test files import under the name `vitest` where there is no vitest: the same expectations and spies, and a runner
 * of its own. It knows what the suites of the bundle use.
 */
import { format } from "node:util";
import {
  ASYMMETRIC_MATCHERS_OBJECT,
  chai,
  customMatchers,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
  setState,
} from "@vitest/expect";
import { restoreAllMocks, spyOn } from "@vitest/spy";
import type { ExpectStatic } from "vitest";

type Body = (...args: never[]) => unknown;
/** Options or a time limit may stand before or behind the body. */
type Definition = (title: string, ...rest: unknown[]) => void;

interface Test {
  readonly title: string;
  readonly suite: Suite;
  readonly body: Body;
  readonly args: readonly unknown[];
}

/** A `describe`, or a file. */
class Suite {
  readonly title: string;
  readonly parent: Suite | undefined;
  readonly before: Body[] = [];
  readonly after: Body[] = [];
  readonly beforeEach: Body[] = [];
  readonly afterEach: Body[] = [];
  /** Tests that still run in it or inside it. */
  left = 0;
  hasBegun = false;

  constructor(title: string, parent?: Suite) {
    this.title = title;
    this.parent = parent;
  }

  /** The outermost first. */
  get line(): Suite[] {
    return [...(this.parent?.line ?? []), this];
  }
}

/** A test that ran. */
export interface Outcome {
  readonly title: string;
  /** Absent where it passed. */
  readonly error?: unknown;
  /** What it had to say, such as its worst error. */
  readonly notes: readonly string[];
}

let current = new Suite("");
let tests: Test[] = [];
let skipped = 0;

/** Runs those of the tests that a file registers when it is loaded that are chosen. */
export async function runFile(
  file: string,
  load: () => Promise<unknown>,
  isChosen: () => boolean,
  report: (outcome: Outcome) => void,
): Promise<{ readonly skipped: number }> {
  const root = (current = new Suite(file));
  tests = [];
  skipped = 0;
  await load();
  tests = tests.filter(isChosen);
  for (const { suite } of tests) for (const each of suite.line) each.left++;
  for (const test of tests) {
    const notes: string[] = [];
    const title = [...test.suite.line.map((suite) => suite.title), test.title].join(" > ");
    const failure = await runTest(test, notes).then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    report({ title, notes, ...failure });
  }
  current = root;
  return { skipped };
}

async function runTest({ suite, body, args }: Test, notes: string[]): Promise<void> {
  const annotate = (note: string) => Promise.resolve(void notes.push(note));
  const errors: unknown[] = [];
  const attempt = async (action: () => unknown) => {
    try {
      await action();
    } catch (error) {
      errors.push(error);
    }
  };
  for (const each of suite.line.filter(({ hasBegun }) => !hasBegun)) {
    each.hasBegun = true;
    for (const hook of each.before) await attempt(hook);
  }
  for (const hook of suite.line.flatMap(({ beforeEach }) => beforeEach)) await attempt(hook);
  if (errors.length === 0) await attempt(() => (body as (...all: unknown[]) => unknown)(...args, { annotate }));
  for (const hook of suite.line.toReversed().flatMap(({ afterEach }) => afterEach)) await attempt(hook);
  for (const each of suite.line.toReversed()) {
    each.left--;
    if (each.left === 0) for (const hook of each.after) await attempt(hook);
  }
  if (errors.length > 0) throw errors[0];
}

function define(title: string, rest: readonly unknown[], args: readonly unknown[]): void {
  tests.push({ title, suite: current, body: bodyOf(rest), args });
}

function group(title: string, rest: readonly unknown[], args: readonly unknown[]): void {
  const outer = current;
  current = new Suite(title, outer);
  try {
    (bodyOf(rest) as (...all: unknown[]) => unknown)(...args);
  } finally {
    current = outer;
  }
}

function bodyOf(rest: readonly unknown[]): Body {
  return rest.find((part): part is Body => typeof part === "function")!;
}

/** `each` of vitest: rows that are arrays are the arguments, other rows are the only one. */
function withEach(one: (title: string, rest: readonly unknown[], args: readonly unknown[]) => void) {
  const plain: Definition = (title, ...rest) => one(title, rest, []);
  const each =
    (rows: readonly unknown[]): Definition =>
    (title, ...rest) => {
      for (const [i, row] of rows.entries()) {
        const args = Array.isArray(row) ? (row as unknown[]) : [row];
        one(titleOf(title, args, i), rest, args);
      }
    };
  return Object.assign(plain, { each });
}

/** `%s` and its like stand for arguments, `$name` for a field of the first. */
function titleOf(title: string, args: readonly unknown[], row: number): string {
  const fields = Object(args[0]) as Record<string, unknown>;
  const named = title.replace(/\$(\w+)/g, (all, name: string) => (name in fields ? format("%s", fields[name]) : all));
  const numbered = named.replaceAll("%#", String(row));
  const places = numbered.match(/%[sdifjoO]/g)?.length ?? 0;
  return format(numbered, ...args.slice(0, places));
}

export const describe = withEach(group);
export const it = Object.assign(withEach(define), {
  skipIf:
    (isSkipped: boolean): Definition =>
    (title, ...rest) => {
      if (isSkipped) skipped++;
      else define(title, rest, []);
    },
});
export const beforeAll = (hook: Body): unknown => current.before.push(hook);
export const afterAll = (hook: Body): unknown => current.after.push(hook);
export const beforeEach = (hook: Body): unknown => current.beforeEach.push(hook);
export const afterEach = (hook: Body): unknown => current.afterEach.push(hook);
export const vi = { restoreAllMocks, spyOn };
export const { assert } = chai;

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);
const matchers = (globalThis as unknown as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT];
export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  matchers,
) as unknown as ExpectStatic;
setState({ assertionCalls: 0 }, expect);
(chai.expect as unknown as { extend(owner: ExpectStatic, matchers: object): void }).extend(expect, customMatchers);
