import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { diagnose, type Surroundings } from "../../src/doctor/diagnose.ts";
import { thisMachine, type Machine } from "../../src/doctor/machine.ts";
import { CudaDriverError, CudaError } from "../../src/driver/errors.ts";
import { deviceOf } from "./device.ts";

const LINUX: Machine = { platform: "linux", distribution: "debian", pluggedCards: 1, kernelModule: "580.159.04" };
const FOUND = { file: "libnvrtc.so.13", version: "13.0" };

/** A machine on which the backend runs, but for what a test changes. */
function surroundings(changes: Partial<Surroundings> = {}): Surroundings {
  return {
    machine: () => LINUX,
    driver: () => ({ cudaVersion: [13, 0], devices: [deviceOf(9, 0)], file: "libcuda.so.1" }),
    nvrtc: () => FOUND,
    library: (name) => (name === "cudnn" ? { file: "libcudnn.so.9", version: "9.14.0" } : undefined),
    environment: {},
    ...changes,
  };
}

const throwing = (error: Error) => (): never => {
  throw error;
};
const missing = throwing(
  new CudaDriverError("cuda: expected NVIDIA's driver, got none", { cause: new AggregateError([]) }),
);
const lacking = throwing(new CudaDriverError("cuda: expected a driver with cuInit, got an older one"));
const failing = (code: number) =>
  throwing(
    new CudaDriverError("cuda: expected a driver that starts", {
      cause: new CudaError("cuInit", code, "CUDA_ERROR", "an error"),
    }),
  );
const driving = (cudaVersion: readonly [number, number], ...devices: ReturnType<typeof deviceOf>[]) => {
  return () => ({ cudaVersion, devices, file: "libcuda.so.1" });
};

describe("diagnose", () => {
  it("finds nothing to mend where all is there, and tells what is", () => {
    expect(diagnose(surroundings())).toEqual({
      driver: { file: "libcuda.so.1", version: "580.159.04", cudaVersion: "13.0" },
      nvrtc: FOUND,
      optional: [
        { name: "runtime", found: undefined },
        { name: "cudnn", found: { file: "libcudnn.so.9", version: "9.14.0" } },
        { name: "cublas", found: undefined },
        { name: "nccl", found: undefined },
      ],
      cards: [deviceOf(9, 0)],
      problems: [],
    });
  });

  it.each<[string, Partial<Surroundings>, string, string | undefined]>([
    [
      "a machine without a card",
      { machine: () => ({ ...LINUX, pluggedCards: 0, kernelModule: undefined }), driver: missing },
      "no-card",
      undefined,
    ],
    [
      "a card without a driver",
      { machine: () => ({ ...LINUX, kernelModule: undefined }), driver: missing },
      "no-driver",
      "sudo apt-get install nvidia-driver",
    ],
    [
      "a card without a driver on an unknown system",
      { machine: () => ({ ...LINUX, distribution: "plan9", kernelModule: undefined }), driver: missing },
      "no-driver",
      undefined,
    ],
    ["a container without the driver's library", { driver: missing }, "no-driver-library", "docker run --gpus all"],
    [
      "a system that NVIDIA has left",
      { machine: () => ({ ...LINUX, platform: "darwin" }), driver: missing },
      "no-platform",
      undefined,
    ],
    ["a driver that lacks functions", { driver: lacking }, "old-driver", "sudo apt-get install nvidia-driver"],
    [
      "a driver of CUDA 11",
      { driver: driving([11, 8], deviceOf(8, 0)) },
      "old-driver",
      "sudo apt-get install nvidia-driver",
    ],
    ["an update without a restart", { driver: failing(803) }, "restart-needed", "sudo reboot"],
    ["a driver that does not start", { driver: failing(999) }, "driver-fails", undefined],
    [
      "a driver without cards",
      { machine: () => ({ ...LINUX, pluggedCards: 0 }), driver: failing(100) },
      "no-card",
      undefined,
    ],
    [
      "a driver whose card is hidden",
      { driver: failing(100), environment: { CUDA_VISIBLE_DEVICES: "" } },
      "no-visible-card",
      "unset CUDA_VISIBLE_DEVICES",
    ],
    [
      "hidden cards",
      { driver: driving([13, 0]), environment: { CUDA_VISIBLE_DEVICES: "7" } },
      "no-visible-card",
      "unset CUDA_VISIBLE_DEVICES",
    ],
    ["cards that are too old", { driver: driving([12, 0], deviceOf(6, 1)) }, "old-cards", undefined],
    ["no compiler", { nvrtc: throwing(new Error("none")) }, "no-nvrtc", "pip install nvidia-cuda-nvrtc"],
    [
      "no compiler for CUDA 12",
      { driver: driving([12, 4], deviceOf(8, 0)), nvrtc: throwing(new Error("none")) },
      "no-nvrtc",
      "pip install nvidia-cuda-nvrtc-cu12",
    ],
    [
      "a compiler that is newer than the driver",
      {
        driver: driving([12, 4], deviceOf(8, 0)),
        nvrtc([major]) {
          if (major < 13) throw new Error("too new");
          return FOUND;
        },
      },
      "new-nvrtc",
      "pip install nvidia-cuda-nvrtc-cu12",
    ],
  ])("names %s, and what mends it", (_, changes, kind, command) => {
    const { problems } = diagnose(surroundings(changes));
    expect(problems.map((problem) => [problem.kind, problem.command])).toEqual([[kind, command]]);
    expect(problems[0]!.details).not.toBe("");
  });

  it("names both a missing driver and a missing compiler, the driver first", () => {
    const { problems, driver } = diagnose(surroundings({ driver: missing, nvrtc: throwing(new Error("none")) }));
    expect(problems.map(({ kind }) => kind)).toEqual(["no-driver-library", "no-nvrtc"]);
    expect(driver).toEqual({ file: undefined, version: "580.159.04", cudaVersion: undefined });
  });

  it("does not ask for a compiler where there is no card", () => {
    const machine = { ...LINUX, pluggedCards: 0, kernelModule: undefined };
    const changes = { machine: () => machine, driver: missing, nvrtc: throwing(new Error("none")) };
    expect(diagnose(surroundings(changes)).problems.map(({ kind }) => kind)).toEqual(["no-card"]);
  });
});

describe("thisMachine", () => {
  let root = "";
  beforeEach(() => (root = mkdtempSync(join(tmpdir(), "camada-machine-"))));
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const plugIn = (place: string, vendor: string, kind: string): void => {
    write(`sys/bus/pci/devices/${place}/vendor`, `${vendor}\n`);
    write(`sys/bus/pci/devices/${place}/class`, `${kind}\n`);
  };

  it("counts NVIDIA's cards and not their sound", () => {
    plugIn("0000:01:00.0", "0x10de", "0x030000");
    plugIn("0000:01:00.1", "0x10de", "0x040300");
    plugIn("0000:02:00.0", "0x10de", "0x030200");
    plugIn("0000:03:00.0", "0x1002", "0x030000");
    expect(thisMachine(root).pluggedCards).toBe(2);
  });

  it("does not know of cards without a bus, nor under Windows", () => {
    expect(thisMachine(root).pluggedCards).toBeUndefined();
    plugIn("0000:01:00.0", "0x1414", "0x030200");
    expect(thisMachine(root).pluggedCards).toBe(0);
    write("proc/version", "Linux version 6.6.87.2-microsoft-standard-WSL2 (root@builder)\n");
    expect(thisMachine(root).pluggedCards).toBeUndefined();
  });

  it.each([
    [
      "NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.159.04  Tue Apr  7 02:03:04 UTC 2026\nGCC version:  12\n",
      "580.159.04",
    ],
    [
      "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  570.86.10  Release Build  (dvs-builder@U16)\n",
      "570.86.10",
    ],
    ["", undefined],
  ])("reads the kernel module's version of %j", (text, version) => {
    write("proc/driver/nvidia/version", text);
    expect(thisMachine(root).kernelModule).toBe(version);
  });

  it.each([
    ['PRETTY_NAME="Ubuntu 24.04"\nNAME="Ubuntu"\nVERSION_ID="24.04"\nID=ubuntu\nID_LIKE=debian\n', "ubuntu"],
    ['NAME="openSUSE"\nID="opensuse-tumbleweed"\n', "opensuse-tumbleweed"],
  ])("reads the distribution of %j", (text, distribution) => {
    write("etc/os-release", text);
    expect(thisMachine(root).distribution).toBe(distribution);
  });

  it("says nothing of an empty root", () => {
    expect(thisMachine(root)).toMatchObject({ distribution: "", kernelModule: undefined });
  });
});
