import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { cellIds, cells } from "../src/cells/index.ts";
import { visibleWidth } from "../src/cli/layout.ts";
import { recordedShapes } from "../src/recorded/shapes.ts";
import { engineRefusal } from "../src/refusal.ts";
import { camada, onEngine } from "./terminal.ts";

/** Whether `auto` may find a card: what is said of machines without one cannot be tested then. */
const hasDriver = existsSync("/dev/nvidiactl");
const NO_DRIVER = "there is no NVIDIA driver on this machine (libcuda.so.1)";
const NO_GPU = `${NO_DRIVER}; the package @tensorflow/tfjs-node-gpu is not installed`;
const WHAT_TO_DO = "camada doctor says what is missing, --backend auto uses what this machine has";

/** Cells that neither train nor read data. */
const light = cellIds.filter((id) => !["K2", "K3", "K8"].includes(id));

describe("list, help and languages", () => {
  it.each([
    ["en", "Padding, digit for digit"],
    ["pt-BR", "Padding, dígito por dígito"],
  ])("lists every cell in %s", async (language, title) => {
    const { code, stdout, stderr } = await camada(["list", "--lang", language]);
    expect([code, stderr]).toEqual([0, ""]);
    for (const id of cellIds) expect(stdout).toMatch(new RegExp(`^${id} `, "m"));
    expect(stdout).toContain(title);
  });

  it.each([
    [{ LANG: "pt_BR.UTF-8" }, "célula"],
    [{ LANG: "pt_PT.UTF-8", LC_ALL: "en_GB.UTF-8" }, "cell "],
    [{ LANG: "C" }, "cell "],
  ])("takes the language from the locale %o", async (env, word) => {
    expect((await camada(["list"], { env })).stdout).toContain(word);
  });

  it.each([[["--help"]], [[]], [["run", "--help"]], [["help", "run"]]])("%j prints help and succeeds", async (argv) => {
    const { code, stdout, stderr } = await camada([...argv, ...(argv.length === 0 ? [] : ["--lang", "pt-BR"])]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain("--backend <name>");
  });

  it("lists as JSON", async () => {
    const { stdout } = await camada(["list", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ version: 1, cells: cells.map(({ id, kind }) => ({ id, kind })) });
  });
});

describe("doctor", () => {
  it.skipIf(hasDriver)("says that there is no card here, and that the CPU does", async () => {
    const { code, stdout, stderr } = await camada(["doctor"]);
    expect([code, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^✗ {2}driver {8}missing$/m);
    expect(stdout).toContain("camada run --all --backend cpu");
  });
});

describe("wrong usage", () => {
  it.each([
    [["dance"], "expected a command of list, run, "],
    [["list", "x"], "list: expected no argument, got 1"],
    [["summary", "lenet", "x"], "summary: expected a single argument, got 2"],
    [["help", "dance"], "expected a command of list, run, train, summary, backends, doctor, data, web, got dance"],
    [["run", "K3", "--quick", "--full"], "run: expected --quick or --full, got --quick --full"],
    [["list", "--dance"], "expected a known option (see --help), got --dance"],
    [["run"], "run: expected a cell, e.g. K4, or --all, got nothing"],
    [["run", "K4", "--all"], "run: expected cells or --all, not both, got K4 --all"],
    [["run", "K9"], "run: expected a cell of T1, "],
    [["run", "K4", "--backend", "tpu"], "--backend: expected auto, cpu or cuda, got tpu"],
    [["run", "K4", "--engine", "java"], "--engine: expected native, wasm or js, got java"],
    [["run", "K4", "--seed", "-1"], "--seed: expected an integer from 0 to 4294967295, got -1"],
    [["run", "K4", "--seed", "1.5"], "--seed: expected an integer from 0 to 4294967295, got 1.5"],
    [["run", "K4", "--seed"], "--seed: expected a value, got nothing"],
    [["run", "K4", "--seed", ""], "--seed: expected an integer from 0 to 4294967295, got nothing"],
    [["run", "K4", "--lang", "fr"], "--lang: expected pt-BR or en, got fr"],
    [["run", "K4", "--json", "--jsonl"], "expected --json or --jsonl, got --json --jsonl"],
    [["summary"], "expected the argument <network>, got nothing"],
    [["summary", "vgg"], "summary: expected lenet, got vgg"],
  ])("%j is answered with one sentence and exit code 2", async (argv, sentence) => {
    const { code, stdout, stderr } = await camada(argv);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^camada: [^\n]+\n$/);
    expect(stderr).toContain(sentence);
  });

  it("speaks Portuguese too", async () => {
    const { stderr } = await camada(["run", "K9", "--lang", "pt-BR"]);
    expect(stderr).toMatch(/^camada: run: esperava uma célula de T1, .*, recebeu K9\n$/);
  });

  it("shows the stack with --debug only", async () => {
    expect((await camada(["dance"])).stderr).not.toContain("    at ");
    expect((await camada(["run", "K9", "--debug"])).stderr).toContain("    at ");
  });
});

describe("run", () => {
  it.skipIf(hasDriver)("K4 --json reports all 54 numbers one by one", async () => {
    const { code, stdout } = await camada(["run", "K4", "--json", ...onEngine()]);
    expect(code).toBe(0);
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({
      version: 1,
      backend: { name: "cpu", device: "cpu(0)", rejected: [{ name: "cuda", reason: NO_GPU }] },
      cells: [{ id: "K4", verdict: "equal", checks: [{ against: "notebook", compared: 54, tolerance: 0 }, {}, {}] }],
      summary: { equal: 1, compatible: 0, different: 0, notComparable: 0, failed: 0 },
    });
    const { items } = document.cells[0].checks[0];
    expect(items).toHaveLength(54);
    expect(items.every(({ agrees }: { agrees: boolean }) => agrees)).toBe(true);
    expect(items[0]).toEqual({
      name: "X[0, 0]",
      live: Math.fround(0.3679345),
      expected: Math.fround(0.3679345),
      agrees: true,
    });
  });

  it("writes one JSON object per line with --jsonl", async () => {
    const { stdout } = await camada(["run", "T2", "K5", "--jsonl", ...onEngine()]);
    const types = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(types[0]).toBe("start");
    expect(types.filter((type) => type === "cell" || type === "verdict")).toEqual([
      "cell",
      "verdict",
      "cell",
      "verdict",
    ]);
    expect(types.at(-1)).toBe("end");
  });

  it("takes cells in any letters and keeps the order asked for", async () => {
    const { stdout } = await camada(["run", "t3", "K5", "--quiet", ...onEngine()]);
    expect(stdout.match(/^── \w+/gm)).toEqual(["── T3", "── K5"]);
  });

  it("ends with the counts", async () => {
    const argv = ["run", "T2", "T3", "K1", "--quiet", ...onEngine()];
    expect((await camada(argv)).stdout).toMatch(
      /3 cells in \d+\.\d s {3}✓ 2 equal {3}≈ 1 compatible {3}✗ 0 different\n$/,
    );
    expect((await camada([...argv, "--lang", "pt-BR"])).stdout).toMatch(
      /✓ 2 iguais {3}≈ 1 compatível {3}✗ 0 diferentes\n$/,
    );
  });

  it("exits with 1 and says why when a recorded shape differs", async () => {
    const recorded = recordedShapes.K5 as unknown as string[];
    const before = recorded[1]!;
    recorded[1] = "(8, 9)";
    try {
      const { code, stdout } = await camada(["run", "K5", "--quiet", ...onEngine()]);
      expect(code).toBe(1);
      expect(stdout).toContain("✗ different  output shapes: 1 of 2 does not agree; k 3, p 1, s 1: (8, 8) ≠ (8,");
    } finally {
      recorded[1] = before;
    }
  });

  it.skipIf(hasDriver)("refuses cuda with the reason, and auto goes on to the CPU and says so", async () => {
    const refused = await camada(["run", "K1", "--backend", "cuda"]);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toBe(`camada: cuda: ${NO_GPU}; ${WHAT_TO_DO}\n`);
    const { code, stdout } = await camada(["run", "K1"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/✗ {2}cuda +gpu\(0\) +there is no NVIDIA driver on this/);
  });

  it.skipIf(hasDriver)("says why an engine does not run, in either language", async () => {
    const argv = ["run", "K1", "--engine", "wasm", "--precision", "bf16"];
    const refused = await camada(argv);
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    const noBf16 = "tfjs-node-gpu does not compute in bf16; cpu: computes in float32 alone, not in bf16";
    expect(refused.stderr).toBe(`camada: cuda: ${NO_DRIVER}; ${noBf16}\n`);
    const { stderr } = await camada([...argv, "--lang", "pt-BR", "--backend", "cpu"]);
    expect(stderr).toBe("camada: cpu: só calcula em float32, não em bf16\n");
  });

  it("says in either language that native kernels are missing", () => {
    const reason = "expected native kernels built here or the package @camada/backend-cpu-linux-x64, got neither";
    expect(engineRefusal(reason)).toEqual({
      "pt-BR":
        "não há kernels nativos: nem compilados aqui (falta um compilador de C++), nem o pacote @camada/backend-cpu-linux-x64",
      en: "there are no native kernels: neither built here (a C++ compiler is missing), nor the package @camada/backend-cpu-linux-x64",
    });
    expect(engineRefusal("something else")).toBe("something else");
  });

  it.each([
    ["--threads", "0"],
    ["--threads", "two"],
    ["--precision", "float64"],
  ])("refuses %s %s", async (option, value) => {
    const { code, stderr } = await camada(["run", "K1", option, value]);
    expect(code).toBe(2);
    expect(stderr).toContain(`got ${value}`);
  });

  it("stops between cells when it is interrupted", async () => {
    const controller = new AbortController();
    controller.abort();
    const { code, stderr } = await camada(["run", "--all"], { signal: controller.signal });
    expect(code).toBe(1);
    expect(stderr).toContain("Stopped.");
  });
});

describe("layout", () => {
  it.each([
    [80, "pt-BR"],
    [80, "en"],
    [120, "pt-BR"],
    [120, "en"],
  ])("at %d columns in %s no line is longer, and no shape is cut", async (columns, language) => {
    const { stdout } = await camada(["run", ...light, "--lang", language, ...onEngine()], { columns });
    expect(stdout.split("\n").filter((line) => visibleWidth(line) > columns)).toEqual([]);
    for (const shape of ["(120, 20, 20)", "(3, 1080, 1920)", "(48000,)", "(1, 4, 4, 6)", "(240, 240)"]) {
      expect(stdout).toContain(shape);
    }
  });

  it("breaks a wide table into blocks on a narrow terminal, shapes whole", async () => {
    const { stdout } = await camada(["run", "T10", "--quiet", ...onEngine()], { columns: 60, env: { NO_COLOR: "1" } });
    expect(stdout).toMatch(/output +\(120, 20, 20\)\n/);
    expect(stdout.split("\n").filter((line) => visibleWidth(line) > 60)).toEqual([]);
  });

  it("is the same with and without colours but for the colours", async () => {
    const plain = await camada(["run", "K5", ...onEngine()], { columns: 80, env: { NO_COLOR: "1" } });
    const colored = await camada(["run", "K5", ...onEngine()], { columns: 80 });
    expect(plain.stdout).not.toContain("\u001b");
    expect(colored.stdout).toContain("\u001b[");
    expect(colored.stdout.split("\n").map(visibleWidth)).toEqual(plain.stdout.split("\n").map(visibleWidth));
  });

  it("marks what was recorded without colours too", async () => {
    const { stdout } = await camada(["run", "K6", "--quiet", ...onEngine()]);
    expect(stdout).toMatch(/here {2,}┆ notebook\n.*→ \(8, 8\) {4}┆ \(8, 8\)\n/);
  });
});

describe("drawings", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "camada-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("go to the folder, whole, made of computed numbers", async () => {
    const argv = ["run", "T2", "T3", "T4", "T5", "T7", "T9", "--svg", "figures", ...onEngine()];
    expect((await camada(argv, { directory: folder })).code).toBe(0);
    const names = await readdir(join(folder, "figures"));
    expect(names.sort()).toEqual(["T2.svg", "T3.svg", "T4.svg", "T5.svg", "T7.svg", "T9.svg"]);
    const t3 = await readFile(join(folder, "figures", "T3.svg"), "utf8");
    expect(t3).toMatch(/^<svg .*<\/svg>$/s);
    expect(t3).toContain(">37 + 19 = 56<");
  });

  it("that cannot be written are one sentence and exit code 1", async () => {
    await writeFile(join(folder, "file"), "");
    const argv = ["run", "T2", "--svg", "file/figures", ...onEngine()];
    const { code, stdout, stderr } = await camada(argv, { directory: folder });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(/^camada: --svg: expected to write \S*figures, got [^\n]+\n$/);
  });

  it("that fail one by one leave nothing half-written and keep the cells' verdicts", async () => {
    // A folder stands where one of the drawings should go.
    await mkdir(join(folder, "figures", "T2.svg"), { recursive: true });
    const argv = ["run", "T2", "T3", "--svg", "figures", "--json", ...onEngine()];
    const { code, stdout, stderr } = await camada(argv, { directory: folder });
    expect(code).toBe(1);
    expect(stderr).toMatch(/camada: --svg: expected to write \S*T2\.svg, got [^\n]+\n/);
    expect(JSON.parse(stdout)).toMatchObject({ summary: { equal: 2, failed: 0 } });
    expect((await readdir(join(folder, "figures"))).sort()).toEqual(["T2.svg", "T3.svg"]);
  });
});

describe("backends, summary and data", () => {
  it("backends says what runs and why the rest does not", async () => {
    const { code, stdout } = await camada(["backends", "--json", ...onEngine()]);
    expect(code).toBe(0);
    const { backends } = JSON.parse(stdout) as { backends: { name: string; engine?: string; isChosen: boolean }[] };
    expect(backends.map(({ name, engine }) => [name, engine])).toEqual([
      ["cuda", undefined],
      ["cpu", "native"],
      ["cpu", "wasm"],
      ["cpu", "js"],
    ]);
    expect(backends.filter(({ isChosen }) => isChosen)).toMatchObject([{ name: "cpu", engine: onEngine()[1] }]);
  });

  it("summary prints the network in 80 columns with its totals", async () => {
    const { stdout } = await camada(["summary", "lenet", ...onEngine()]);
    expect(stdout).toContain("Total params: 4083626");
    expect(stdout).toContain("Dense(48000 -> 84, Activation(tanh))");
    expect(stdout).toContain("Multiplications per picture: 24,732,840");
    expect(stdout.split("\n").every((line) => line.length <= 80)).toBe(true);
  });

  it("data says where the data are, and downloads nothing unasked", async () => {
    const { stdout } = await camada(["data", "--json"]);
    const { datasets } = JSON.parse(stdout) as { datasets: { name: string; source: { name: string } }[] };
    expect(datasets.map(({ name }) => name)).toEqual(["mnist", "fashion-mnist"]);
    expect(datasets.every(({ source }) => source.name !== "download")).toBe(true);
  });
});
