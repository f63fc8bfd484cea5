import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../src/check/command.ts";
import { readPackages } from "../src/check/packages.ts";

const packages = await readPackages();

describe.each(packages)("packages/$folder", ({ folder, path, manifest }) => {
  it("is named after its folder and carries the version of all others", () => {
    expect(manifest.name).toBe(`@camada/${folder}`);
    expect(manifest.version).toBe(packages[0]?.manifest.version);
  });

  it("is an ES module of its own, without side effects, for Node 20.19 and newer", () => {
    expect(manifest).toMatchObject({
      type: "module",
      sideEffects: false,
      license: "Apache-2.0",
      engines: { node: ">=20.19" },
    });
  });

  it("points the source condition, types and the built file at the same module", () => {
    for (const [subpath, target] of Object.entries(manifest.exports)) {
      if (subpath === "./package.json") continue;
      // Data files, for bundlers: where they are is what they are called.
      if (subpath === "./data/*") {
        expect(target).toBe(subpath);
        continue;
      }
      const name = subpath === "." ? "index" : subpath.slice(2);
      const browser = name === "node" ? { browser: null } : {};
      expect(target).toEqual({
        "@camada/source": `./src/${name}.ts`,
        types: `./dist/${name}.d.ts`,
        ...browser,
        default: `./dist/${name}.js`,
      });
      expect(existsSync(join(path, `src/${name}.ts`))).toBe(true);
    }
  });

  it("has a README and a build", () => {
    expect(existsSync(join(path, "README.md"))).toBe(true);
    expect(manifest.scripts).toMatchObject({ build: "tsc -p tsconfig.build.json" });
  });
});

describe("the workspace", () => {
  it("type-checks every member that has TypeScript: turbo passes over a missing script in silence", async () => {
    for (const group of ["packages", "apps", "tooling"]) {
      for (const name of await readdir(join(root, group))) {
        const folder = join(root, group, name);
        if (!existsSync(join(folder, "src"))) continue;
        const { scripts } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { scripts?: object };
        expect(scripts, folder).toHaveProperty("typecheck", expect.stringMatching(/^tsc -p tsconfig\.json/));
      }
    }
  });
});
