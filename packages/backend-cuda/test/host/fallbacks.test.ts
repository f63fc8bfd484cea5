import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as kernels from "@camada/tensor";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import { describe, expect, it } from "vitest";
import { deviceKernels } from "../../src/device-kernels.ts";

const onDevice = new Set(deviceKernels.map(({ kernelName }) => kernelName));

describe("kernels without a form on the device", () => {
  it("are those that the README lists", () => {
    const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
    const [, list = ""] = /^On the host run (.*?)\.$/ms.exec(readme) ?? [];
    const missing = tf.getKernelsForBackend("cpu").map(({ kernelName }) => kernelName);
    const listed = [...list.matchAll(/`(\w+)`/g)].map((match) => match[1]!);
    expect(listed).toEqual(missing.filter((name) => !onDevice.has(name)).toSorted());
  });

  it("are none of Camada's own", () => {
    const own = Object.values(kernels).filter((value) => typeof value === "string" && value.startsWith("Camada"));
    expect(own.length).toBeGreaterThan(15);
    expect(own.filter((name) => !onDevice.has(name as string))).toEqual([]);
  });

  it("are known once each", () => {
    expect(onDevice.size).toBe(deviceKernels.length);
  });
});
