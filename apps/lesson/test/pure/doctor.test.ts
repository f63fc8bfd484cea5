import type { CudaDiagnosis, CudaProblem, CudaProblemKind } from "@camada/backend-cuda";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../../src/cli/arguments.ts";
import { reportDiagnosis } from "../../src/cli/doctor-command.ts";
import { visibleWidth } from "../../src/cli/layout.ts";
import { Screen, type Surroundings } from "../../src/cli/screen.ts";
import type { Language } from "../../src/localized.ts";

const WHOLE: CudaDiagnosis = {
  driver: { file: "libcuda.so.1", version: "580.159.04", cudaVersion: "13.0" },
  nvrtc: { file: "/usr/local/cuda-13.0/lib64/libnvrtc.so.13", version: "13.0" },
  optional: [
    { name: "runtime", found: undefined },
    { name: "cudnn", found: { file: "libcudnn.so.9", version: "9.14.0" } },
    { name: "cublas", found: undefined },
    { name: "nccl", found: undefined },
  ],
  cards: [
    {
      index: 0,
      name: "NVIDIA H100 80GB HBM3",
      computeCapability: [9, 0],
      multiprocessors: 132,
      memoryBytes: 79.6 * 2 ** 30,
      sharedMemoryPerBlockBytes: 232448,
      l2Bytes: 50 * 2 ** 20,
    },
  ],
  problems: [],
};

const lacking = (...problems: CudaProblem[]): CudaDiagnosis => ({
  ...WHOLE,
  driver: undefined,
  nvrtc: undefined,
  cards: [],
  problems,
});
const NO_NVRTC: CudaProblem = { kind: "no-nvrtc", details: "cuda: …", command: "pip install nvidia-cuda-nvrtc" };

/** What a report of a diagnosis leaves behind. */
function reported(diagnosis: CudaDiagnosis, language: Language, columns: number, options: readonly string[] = []) {
  let stdout = "";
  const sink = { write: (text: string) => (stdout += text), columns };
  const around = { stdout: sink, stderr: sink, env: { NO_COLOR: "1" } } as unknown as Surroundings;
  const { options: common } = parseArguments(["doctor", ...options], language);
  const screen = new Screen(around, language, false);
  const code = reportDiagnosis({ screen, options: common, surroundings: around }, diagnosis);
  return { code, stdout, lines: stdout.trimEnd().split("\n") };
}

/** One of each, so that a kind without words is found. */
const KINDS = [
  "no-platform",
  "no-card",
  "no-driver",
  "no-driver-library",
  "restart-needed",
  "driver-fails",
  "old-driver",
  "no-visible-card",
  "old-cards",
  "no-nvrtc",
  "new-nvrtc",
] as const satisfies readonly CudaProblemKind[];

describe("camada doctor", () => {
  it("shows what a machine with a card has, and succeeds", () => {
    const { code, lines } = reported(WHOLE, "en", 100);
    expect(code).toBe(0);
    expect(lines).toEqual([
      "   part          description",
      "─".repeat(70),
      "●  driver        580.159.04, CUDA 13.0, libcuda.so.1",
      "●  card 0        NVIDIA H100 80GB HBM3, compute capability 9.0, 80 GiB",
      "●  NVRTC         13.0, /usr/local/cuda-13.0/lib64/libnvrtc.so.13",
      "○  CUDA runtime  not there, nor needed",
      "●  cuDNN         9.14.0, libcudnn.so.9",
      "○  cuBLAS        not there, nor needed",
      "○  NCCL          not there, nor needed",
      "",
      "All is ready for the GPU:",
      "  camada run --all --backend cuda",
    ]);
  });

  it("names what is missing, each with its command, and fails", () => {
    const noDriver: CudaProblem = { kind: "no-driver", details: "", command: "sudo ubuntu-drivers install" };
    const { code, lines } = reported(lacking(noDriver, NO_NVRTC), "pt-BR", 100);
    expect(code).toBe(1);
    expect(lines.slice(2, 5)).toEqual(["✗  driver        falta", "✗  placa         nenhuma", "✗  NVRTC         falta"]);
    expect(lines.slice(-9)).toEqual([
      "",
      "✗ Falta o driver da NVIDIA; https://www.nvidia.com/drivers diz qual é o da sua placa.",
      "  Conserta: sudo ubuntu-drivers install",
      "",
      "✗ Falta o NVRTC, que compila os kernels para a placa.",
      "  Conserta: pip install nvidia-cuda-nvrtc",
      "",
      "Na CPU a aula roda assim:",
      "  camada run --all --backend cpu",
    ]);
  });

  it.each(KINDS.flatMap((kind) => [60, 80, 120].map((columns) => [kind, columns] as const)))(
    "has words for %s that fit %i columns, in both languages",
    (kind, columns) => {
      const [english, portuguese] = (["en", "pt-BR"] as const).map((language) => {
        const { lines } = reported(lacking({ kind, details: "cuda: expected a driver" }), language, columns);
        expect(lines.filter((line) => visibleWidth(line) > columns)).toEqual([]);
        return lines.find((line) => line.startsWith("✗ ") && !line.startsWith("✗  "));
      });
      expect(english).toBeDefined();
      expect(portuguese).toBeDefined();
      expect(english).not.toBe(portuguese);
    },
  );

  it("does not call half a driver a driver", () => {
    const half = { ...lacking(NO_NVRTC), driver: { version: "580.159.04" } };
    expect(reported(half, "en", 80).lines[2]).toBe("✗  driver        580.159.04");
    const { doctor } = JSON.parse(reported(half, "en", 80, ["--json"]).stdout);
    expect(doctor[0]).toEqual({
      type: "part",
      name: "driver",
      isNeeded: true,
      isFound: false,
      version: "580.159.04",
    });
  });

  it("tells as JSON what it tells in words", () => {
    const { stdout, code } = reported(lacking(NO_NVRTC), "en", 80, ["--jsonl"]);
    const entries = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(entries.map(({ type, name, isFound }) => [type, name, isFound])).toEqual([
      ["part", "driver", false],
      ["part", "nvrtc", false],
      ["part", "runtime", false],
      ["part", "cudnn", true],
      ["part", "cublas", false],
      ["part", "nccl", false],
      ["problem", undefined, undefined],
    ]);
    expect(entries.at(-1)).toEqual({
      type: "problem",
      kind: "no-nvrtc",
      sentence: "NVRTC is missing, which compiles the kernels for the card.",
      command: "pip install nvidia-cuda-nvrtc",
    });
  });
});
