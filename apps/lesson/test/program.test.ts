import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, open, rm, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cells } from "../src/cells/index.ts";
import { recordedPadding } from "../src/recorded/padding-cell.ts";
import { onEngine } from "./terminal.ts";

const PROGRAM = fileURLToPath(new URL("../bin/camada.js", import.meta.url));

describe("the program", () => {
  it("runs from its sources, results on stdout", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "run", "T3", "--json", ...onEngine()]);
    expect(JSON.parse(stdout).cells[0]).toMatchObject({ id: "T3", verdict: "equal" });
  });

  it("hands on its exit code", async () => {
    const child = spawn(process.execPath, [PROGRAM, "dance"], { stdio: "ignore" });
    expect((await once(child, "exit"))[0]).toBe(2);
  });

  it("ends quietly when its reader has gone", async () => {
    const argv = [PROGRAM, "run", "T2", "T3", "T6", "T7", ...onEngine()];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "pipe", "pipe"] });
    let complaints = "";
    child.stderr.on("data", (text: Buffer) => (complaints += text.toString()));
    child.stdout.once("data", () => child.stdout.destroy());
    await once(child, "exit");
    expect(complaints).toBe("");
  });
});

describe("results that cannot be written", () => {
  it("are one sentence and exit code 1", async ({ skip }) => {
    const full = await open("/dev/full", "w").catch(() => skip("needs /dev/full"));
    const argv = [PROGRAM, "list", "--lang", "en"];
    const child = spawn(process.execPath, argv, { stdio: ["ignore", full.fd, "pipe"] });
    let complaints = "";
    child.stderr!.on("data", (text: Buffer) => (complaints += text.toString()));
    const [code] = await once(child, "close");
    await full.close();
    expect([code, complaints]).toEqual([
      1,
      "camada: output: expected to write the results, got ENOSPC: no space left on device, write\n",
    ]);
  });
});

describe("a relative CAMADA_DATA", () => {
  it("starts in the user's folder, not in the package's", async () => {
    const env = { ...process.env, INIT_CWD: "/nowhere", CAMADA_DATA: "own" };
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "data", "--json"], { env });
    expect(JSON.parse(stdout).datasets[0].rejected[0].reason).toContain(resolve("/nowhere/own/mnist"));
  });
});

describe("the code that cells show", () => {
  // Inside node_modules packages can be imported by name, and nothing is tracked.
  const folder = fileURLToPath(new URL(`../node_modules/.snippets-${process.pid}`, import.meta.url));
  let logged: Record<string, string>;

  beforeAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const shown = cells.filter(({ id, code }) => code !== undefined && id !== "K3" && id !== "K8");
    for (const { id, code } of shown) {
      // What is shown opens the whole dataset, which not every machine has.
      const quick = code!
        .replace("openFashionMNIST()", "openFashionMNIST({ sources: [embedded()] })")
        .replace("{ openFashionMNIST }", "{ embedded, openFashionMNIST }");
      await writeFile(`${folder}/${id}.ts`, `${quick}\nexport {};\n`);
    }
    await writeFile(`${folder}/package.json`, `{ "type": "module" }`);
    await writeFile(`${folder}/all.ts`, driver(shown.map(({ id }) => id)));
    const flags = ["--conditions=@camada/source", "--import", import.meta.resolve("tsx")];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, `${folder}/all.ts`]);
    logged = JSON.parse(stdout);
  }, 60_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ["K5", "[ 6, 6 ]\n[ 8, 8 ]\n"],
    ["K6", "[ 8, 8 ]\n"],
    ["K7", "[ 8, 8 ]\n[ 4, 4 ]\n[ 2, 2 ]\n"],
    ["K2", "[ 128, 1, 32, 32 ] 128\n"],
  ])("%s prints what the cell says", (id, text) => {
    expect(logged[id]).toBe(text);
  });

  it("K4 prints the notebook's text", () => {
    for (const { text } of Object.values(recordedPadding)) expect(logged["K4"]).toContain(`\n${text}`);
  });

  it("K1 and T5 print the device and the network", () => {
    expect(logged["K1"]).toMatch(/^cpu\(0\) /);
    expect(logged["T5"]).toContain("(0): Conv2D(None -> 6, kernel_size=(5, 5), stride=(1, 1), Activation(tanh))");
  });
});

/** Runs the snippets one after the other, as a reader does, and prints what each logged. */
function driver(ids: readonly string[]): string {
  return `import { cpu } from "@camada/backend-cpu";
import { useBackend } from "@camada/tensor";
import { format } from "node:util";
await useBackend(cpu({ engine: ${JSON.stringify(onEngine()[1])} }));
const logged = {};
for (const id of ${JSON.stringify(ids)}) {
  logged[id] = "";
  console.log = (...values) => { logged[id] += format(...values) + "\\n"; };
  await import("./" + id + ".ts");
}
process.stdout.write(JSON.stringify(logged));
`;
}
