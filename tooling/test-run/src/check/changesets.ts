import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { GateError, root, run } from "./command.ts";

/** Git's name for a tree with nothing in it. */
const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** Where a comparison starts, and in which words to say so. */
interface Base {
  /** A commit, or the empty tree. */
  readonly revision: string;
  readonly words: string;
}

/**
 * Where the comparison starts: on a branch, where it left `main`; on `main`, the commit that last wrote changelogs, that
 * is, the last release; before the first release, nothing: its changesets speak for the whole history.
 * @param cwd folder in the work tree
 * @throws {GateError} where git, a `main` or part of the history is missing
 */
async function findBase(cwd: string): Promise<Base> {
  const git = async (...args: string[]) => (await run("git", args, { cwd })).trim();
  const release = await git("log", "-1", "--format=%H", "--diff-filter=AM", "--", "packages/*/CHANGELOG.md");
  if (release === "") return { revision: EMPTY_TREE, words: "nothing, as there is no release yet: the whole history" };
  if ((await git("rev-parse", "--is-shallow-repository")) === "true") {
    throw new GateError("changesets: expected the whole history, got a shallow clone; run git fetch --unshallow");
  }
  const heads = await git("for-each-ref", "--format=%(refname)", "refs/heads/main", "refs/remotes/origin/main");
  const main = heads.split("\n")[0];
  if (!main) throw new GateError("changesets: expected a branch main or origin/main to compare with, got neither");
  const [head, fork] = await Promise.all([git("rev-parse", "HEAD"), git("merge-base", "HEAD", main)]);
  if (fork === head) return { revision: release, words: `the last release (${release.slice(0, 7)})` };
  return { revision: fork, words: `where this branch left main (${fork.slice(0, 7)})` };
}

/**
 * Packages whose `src/` changed without a changeset that names them.
 * @param changed paths that changed since the base, and still exist or not
 * @param changesets texts of the changesets written since the base
 * @returns names, sorted
 */
export function uncovered(changed: readonly string[], changesets: readonly string[]): string[] {
  const touched = new Set(
    changed.flatMap((path) => /^packages\/([^/]+)\/src\//.exec(path)?.[1] ?? []).map((name) => `@camada/${name}`),
  );
  const named = changesets.flatMap((text) => {
    const header = /^---\n(.*?)^---$/ms.exec(text)?.[1] ?? "";
    return [...header.matchAll(/^["']?([^"':\n]+)["']?: *(?:major|minor|patch) *$/gm)].map((match) => match[1]);
  });
  return [...touched].filter((name) => !named.includes(name)).toSorted();
}

/**
 * The gate: a changed `packages/<name>/src` needs a changeset that names the package.
 * @param cwd work tree; default: this repository
 * @returns what was compared
 * @throws {GateError} naming the packages without a changeset
 */
export async function checkChangesets(cwd: string = root): Promise<string> {
  const base = await findBase(cwd);
  const list = async (...args: string[]) => (await run("git", args, { cwd })).split("\n").filter((line) => line !== "");
  const since = async (folder: string, ...options: string[]) => [
    ...(await list("diff", "--name-only", "--no-renames", ...options, base.revision, "--", folder)),
    ...(await list("ls-files", "--others", "--exclude-standard", "--", folder)),
  ];
  const changed = await since("packages");
  const written = (await since(".changeset", "--diff-filter=AM")).filter((path) => path.endsWith(".md"));
  const texts = await Promise.all(written.map((path) => readFile(join(cwd, path), "utf8")));
  const missing = uncovered(changed, texts);
  if (missing.length > 0) {
    throw new GateError(
      `changesets: expected a changeset for ${missing.join(", ")}, got none since ${base.words}; run pnpm changeset`,
    );
  }
  return `compared with ${base.words}; ${written.length} changeset${written.length === 1 ? "" : "s"}`;
}
