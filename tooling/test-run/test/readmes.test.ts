import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root, run } from "../src/check/command.ts";
import { readPackages } from "../src/check/packages.ts";
import { readmeExample } from "../src/check/readme-example.ts";

const packages = await readPackages();
const readmes = ["README.md", "README.pt-BR.md", ...packages.map(({ folder }) => `packages/${folder}/README.md`)];

describe("the program in a README", () => {
  let folder = "";

  // Inside this package, so that every package's name resolves.
  beforeAll(async () => {
    folder = await mkdtemp(join(root, "tooling/test-run/.readmes-"));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.concurrent.each(readmes)(
    "%s prints what the README says",
    async (readme) => {
      const example = readmeExample(await readFile(join(root, readme), "utf8"));
      if (example === undefined) throw new Error(`${readme}: expected a program and its output, got none`);
      const program = join(folder, `${readme.replaceAll("/", "-")}.ts`);
      await writeFile(program, example.code);
      const printed = await run(process.execPath, ["--conditions=@camada/source", "--import", "tsx", program]);
      expect(printed).toBe(example.output);
    },
    120_000,
  );
});
