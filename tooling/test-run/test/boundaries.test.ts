import { cp, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, run } from "../src/check/command.ts";
import { readPackages, type Package } from "../src/check/packages.ts";

/** The packages that each package may name among its dependencies: the arrows of the architecture. */
const drawn: Readonly<Record<string, readonly string[]>> = {
  "conv-math": [],
  datasets: [],
  tensor: ["conv-math"],
  layers: ["conv-math", "tensor"],
  optimizers: ["tensor"],
  training: ["tensor"],
  "backend-cpu": ["tensor"],
  "backend-cuda": ["tensor"],
  "backend-webgl": ["tensor"],
  "backend-webgpu": ["tensor"],
};

/** What a package reaches over the arrows; turbo's tags judge this. */
const reach = (folder: string): Set<string> => new Set((drawn[folder] ?? []).flatMap((next) => [next, ...reach(next)]));

const packages = await readPackages();
const folders = packages.map(({ folder }) => folder);

describe("the directions between packages", () => {
  it("are drawn for every package", () => {
    expect(Object.keys(drawn).toSorted()).toEqual(folders);
  });

  it.each(packages)("are kept by the declared dependencies of $folder", ({ folder, manifest }) => {
    const ours = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
      .filter((name) => name.startsWith("@camada/"))
      .map((name) => basename(name));
    expect(drawn[folder]).toEqual(expect.arrayContaining(ours));
  });
});

describe("turbo boundaries", () => {
  let workspace = "";
  const judge = (): Promise<string> =>
    run("turbo", ["boundaries", "--cwd", workspace]).catch((error: unknown) => String(error));
  const restore = async ({ path, folder }: Package) =>
    cp(join(path, "package.json"), join(workspace, "packages", folder, "package.json"));

  beforeAll(async () => {
    workspace = await mkdtemp(join(tmpdir(), "camada-boundaries-"));
    for (const file of ["package.json", "turbo.json", "pnpm-workspace.yaml", "pnpm-lock.yaml"]) {
      await cp(join(root, file), join(workspace, file));
    }
    for (const group of ["packages", "tooling", "apps"]) {
      for (const name of await readdir(join(root, group))) await copyManifests(join(group, name));
    }
  });

  afterAll(() => rm(workspace, { recursive: true }));

  async function copyManifests(folder: string): Promise<void> {
    const files = (await readdir(join(root, folder))).filter((file) => /^(package|turbo)\.json$/.test(file));
    await mkdir(join(workspace, folder), { recursive: true });
    for (const file of files) await cp(join(root, folder, file), join(workspace, folder, file));
  }

  it("finds nothing to say about the packages as they are", async () => {
    expect(await judge()).toMatch(/no issues found/);
  });

  it.each(packages)("catches every dependency that $folder must not have", async (one) => {
    const allowed = reach(one.folder);
    const forbidden = folders.filter((folder) => folder !== one.folder && !allowed.has(folder));
    expect(forbidden.length).toBeGreaterThan(0);
    const dependencies = Object.fromEntries(forbidden.map((folder) => [`@camada/${folder}`, "workspace:*"]));
    const manifest = { ...one.manifest, dependencies: { ...one.manifest.dependencies, ...dependencies } };
    await writeFile(join(workspace, "packages", one.folder, "package.json"), JSON.stringify(manifest));
    const output = (await judge()).replaceAll(/\s*\|?\s+/g, " ");
    await restore(one);
    for (const folder of forbidden) {
      expect(output).toContain(
        `Package \`@camada/${folder}\` found without any tag listed in allowlist for \`${one.manifest.name}\``,
      );
    }
  });

  it("catches an import that package.json does not declare", async () => {
    await mkdir(join(workspace, "packages/optimizers/src"));
    await writeFile(join(workspace, "packages/optimizers/src/index.ts"), `import "@camada/layers";\n`);
    expect(await judge()).toContain("cannot import package `@camada/layers` because it is not a dependency");
  });
});
