import { availableParallelism } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startVitest, type TestModule, type Vitest } from "vitest/node";
import type { SuiteReport } from "./report.ts";

/**
 * Runs vitest's projects once and counts what happened.
 * @param options.root folder with the `vitest.config.ts`
 * @param options.projects names of projects; default: all
 * @param options.without names of projects to leave out; default: none
 */
export async function runVitest(options: {
  readonly root: string;
  readonly projects?: readonly string[];
  readonly without?: readonly string[];
}): Promise<SuiteReport> {
  const totals = { passed: 0, failed: 0, skipped: 0 };
  const problems: string[] = [];
  const { without = [] } = options;
  // vitest runs a project that any pattern matches, so several exclusions would exclude nothing.
  const all = without.length === 0 ? [] : await projectNames(options.root);
  const project = [...(options.projects ?? all)].filter((name) => !without.includes(name));
  process.exitCode = 0;
  let vitest: Vitest;
  try {
    vitest = await startVitest("test", [], {
      root: options.root,
      watch: false,
      allowOnly: false,
      // vitest keeps one core for itself otherwise, which is half of a small machine.
      maxWorkers: availableParallelism(),
      ...(project.length === 0 ? {} : { project }),
    });
  } catch (error) {
    return { name: "vitest", totals, problems: [`it could not start: ${firstLine(error)}`] };
  }
  const modules = vitest.state.getTestModules();
  for (const module of modules) count(module, totals, problems);
  const errors = vitest.state.getUnhandledErrors().map((error) => `unhandled error: ${firstLine(error)}`);
  problems.push(...errors, ...idleProjects(vitest, modules));
  if (process.exitCode !== 0 && totals.failed + problems.length === 0) {
    problems.push("it ended with an error of its own, printed above");
  }
  return { name: "vitest", totals, problems };
}

/** Names of the projects in a folder's `vitest.config.ts`. */
async function projectNames(root: string): Promise<string[]> {
  const { default: config } = (await import(pathToFileURL(join(root, "vitest.config.ts")).href)) as {
    readonly default: { readonly test: { readonly projects: readonly { readonly test: { readonly name: string } }[] } };
  };
  return config.test.projects.map(({ test }) => test.name);
}

/** Adds one file's tests to the totals. What was neither passed, failed nor skipped did not run: a failure. */
function count(module: TestModule, totals: { passed: number; failed: number; skipped: number }, problems: string[]) {
  const before = totals.failed + problems.length;
  for (const test of module.children.allTests()) {
    const { state } = test.result();
    totals[state === "pending" ? "failed" : state] += 1;
  }
  for (const part of [module, ...module.children.allSuites()]) {
    problems.push(...part.errors().map((error) => `${nameOf(module)}: ${firstLine(error)}`));
  }
  const failures = totals.failed + problems.length - before;
  if (failures > 0) return;
  if (!module.ok()) problems.push(`${nameOf(module)}: the file failed outside its tests`);
  else if (module.children.size === 0) problems.push(`${nameOf(module)}: no test in this file`);
}

/** A project that ran no file has lost its tests: a wrong glob, a renamed folder. */
function idleProjects(vitest: Vitest, modules: readonly TestModule[]): string[] {
  const busy = new Set(modules.map((module) => module.project.name));
  return vitest.projects
    .filter((project) => !busy.has(project.name))
    .map((project) => `project ${project.name}: no test file ran`);
}

function nameOf(module: TestModule): string {
  return `${module.project.name} ${module.relativeModuleId}`;
}

function firstLine(error: unknown): string {
  const message = typeof error === "object" && error !== null && "message" in error ? error.message : error;
  return String(message).split("\n", 1)[0] ?? "";
}
