import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { vulkanEnvironment } from "@camada/vitest-setup/vulkan";
import type { SuiteReport } from "./report.ts";

/** The project of `vitest.config.ts` that runs WebGPU outside a browser. */
export const WEBGPU_NODE = "webgpu-node";

/** Why WebGPU cannot run in Node here; nothing where it can. A driver that breaks takes only a process of its own with it. */
export async function findMissingForWebgpu(): Promise<string | undefined> {
  const script = fileURLToPath(new URL("./report-webgpu.ts", import.meta.url));
  const options = ["--import", "tsx", "--conditions=@camada/source", script];
  const env = { ...process.env, ...vulkanEnvironment() };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, options, { env });
    return (JSON.parse(stdout) as { readonly reason?: string }).reason;
  } catch (error) {
    return `asking for an adapter ends the process: ${String(error).split("\n", 1)[0]}`;
  }
}

/** Stands for the suite of WebGPU in Node where it cannot run. In CI that is a failure. */
export function absentWebgpuNode(reason: string | undefined): SuiteReport[] {
  if (reason === undefined) return [];
  const missing = { reason, command: "apt-get install chromium libvulkan1 && pnpm test" };
  return [{ name: WEBGPU_NODE, totals: { passed: 0, failed: 0, skipped: 0 }, problems: [], missing }];
}
