import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nvrtcCandidates } from "../../src/nvrtc/find-nvrtc.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "camada-nvrtc-"));
  const places = ["venv/lib/python3.12/site-packages/nvidia/cu13/lib", "cuda/lib64", "plain"];
  for (const place of places) {
    mkdirSync(join(folder, place), { recursive: true });
    writeFileSync(join(folder, place, "libnvrtc.so.13"), "");
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

const found = (environment: NodeJS.ProcessEnv) => [...nvrtcCandidates(environment)].map(({ file }) => file);

describe("nvrtcCandidates", () => {
  it("asks the system's loader first, for the newest version first", () => {
    expect(found({}).slice(0, 2)).toEqual(["libnvrtc.so.13", "libnvrtc.so.12"]);
  });

  it("looks into toolkits and Python environments", () => {
    const files = found({ CUDA_HOME: join(folder, "cuda"), VIRTUAL_ENV: join(folder, "venv") });
    expect(files).toContain(join(folder, "cuda/lib64/libnvrtc.so.13"));
    expect(files).toContain(join(folder, "venv/lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13"));
  });

  it("takes what the environment names, and nothing else", () => {
    const file = join(folder, "plain/libnvrtc.so.13");
    expect(found({ CAMADA_NVRTC: file })).toEqual([file]);
    expect(found({ CAMADA_NVRTC: join(folder, "plain") })).toEqual([file]);
    expect(found({ CAMADA_NVRTC: "/nowhere/libnvrtc.so" })).toEqual(["/nowhere/libnvrtc.so"]);
  });
});
