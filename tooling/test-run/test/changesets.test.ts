import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkChangesets, uncovered } from "../src/check/changesets.ts";
import { GateError, run } from "../src/check/command.ts";

const about = (name: string) => `---\n"@camada/${name}": minor\n---\n\nAdd something.\n`;

describe("uncovered", () => {
  it("names packages whose source changed and that no changeset names", () => {
    const changed = ["packages/layers/src/dense.ts", "packages/tensor/src/a/b.ts", "packages/tensor/src/c.ts"];
    expect(uncovered(changed, [about("layers")])).toEqual(["@camada/tensor"]);
    expect(uncovered(changed, [about("layers"), about("tensor")])).toEqual([]);
  });

  it("asks nothing for tests, documents and what lies outside packages", () => {
    expect(
      uncovered(["packages/layers/test/a.test.ts", "packages/layers/README.md", "apps/lesson/src/a.ts"], []),
    ).toEqual([]);
  });

  it("reads names from the header only", () => {
    expect(uncovered(["packages/layers/src/a.ts"], [`${about("tensor")}\n"@camada/layers": minor\n`])).toEqual([
      "@camada/layers",
    ]);
  });
});

describe("checkChangesets", () => {
  let folder = "";
  const git = (...args: string[]) =>
    run("git", ["-c", "user.name=test", "-c", "user.email=test@localhost", ...args], { cwd: folder });
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  };
  const commit = async (message: string) => {
    await git("add", "--all");
    await git("commit", "--quiet", "--message", message);
  };
  const release = async () => {
    await rm(join(folder, ".changeset/first.md"));
    await write("packages/layers/CHANGELOG.md", "0.1.0");
    await commit("Release");
  };
  const refusal = () => checkChangesets(folder).catch((error: unknown) => error);

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "camada-changesets-"));
    await git("init", "--quiet", "--initial-branch=main");
    await write("packages/layers/src/index.ts", "1");
    await write(".changeset/first.md", about("layers"));
    await commit("Begin");
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("says that it compared the whole history while there is no release", async () => {
    expect(await checkChangesets(folder)).toMatch(
      /^compared with nothing, as there is no release yet: .*; 1 changeset$/,
    );
    await write("packages/tensor/src/index.ts", "1");
    expect(await refusal()).toBeInstanceOf(GateError);
    await commit("Add tensor");
    expect(await refusal()).toHaveProperty(
      "message",
      expect.stringContaining("a changeset for @camada/tensor, got none"),
    );
  });

  it("compares a branch with nothing too while there is no release", async () => {
    await git("checkout", "--quiet", "-b", "topic");
    await write("packages/layers/src/index.ts", "2");
    expect(await checkChangesets(folder)).toMatch(/^compared with nothing/);
  });

  it("compares main with the last release", async () => {
    await release();
    expect(await checkChangesets(folder)).toMatch(/^compared with the last release \([0-9a-f]{7}\); 0 changesets$/);
    await write("packages/layers/src/index.ts", "2");
    await commit("Change layers");
    expect(await refusal()).toBeInstanceOf(GateError);
    await write(".changeset/second.md", about("layers"));
    expect(await checkChangesets(folder)).toMatch(/; 1 changeset$/);
  });

  it("compares a branch with where it left main, and takes no changeset of main's", async () => {
    await release();
    await write(".changeset/pending.md", about("layers"));
    await commit("Say what will come");
    await git("checkout", "--quiet", "-b", "topic");
    await write("packages/layers/src/index.ts", "2");
    await commit("Change layers");
    expect(await refusal()).toHaveProperty("message", expect.stringContaining("where this branch left main"));
    await write(".changeset/second.md", about("layers"));
    await commit("Say so");
    expect(await checkChangesets(folder)).toMatch(/^compared with where this branch left main .*; 1 changeset$/);
    await rm(join(folder, ".changeset/second.md"));
    expect(await refusal()).toBeInstanceOf(GateError);
  });

  it("refuses to guess without a main", async () => {
    await release();
    await git("branch", "--move", "trunk");
    expect(await refusal()).toHaveProperty("message", expect.stringContaining("expected a branch main or origin/main"));
  });

  it("refuses a shallow clone, in which the last release cannot be told", async () => {
    await release();
    const clone = await mkdtemp(join(tmpdir(), "camada-changesets-"));
    try {
      await git("clone", "--quiet", "--depth=1", `file://${folder}`, clone);
      const error = await checkChangesets(clone).catch((cause: unknown) => cause);
      expect(error).toHaveProperty("message", expect.stringContaining("got a shallow clone"));
    } finally {
      await rm(clone, { recursive: true });
    }
  });

  it("refuses a folder that git does not know", async () => {
    await rm(join(folder, ".git"), { recursive: true });
    expect(await refusal()).toBeInstanceOf(GateError);
  });
});
