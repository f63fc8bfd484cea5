import { existsSync } from "node:fs";
import process from "node:process";

/** Chromium brings a Vulkan driver that plays a GPU on the CPU. */
const CHROMIUMS_DRIVER = "/usr/lib/chromium/vk_swiftshader_icd.json";

/**
 * What a process that uses WebGPU outside a browser needs in its environment: the driver of `VK_ICD_FILENAMES`, or else
 * Chromium's. Nothing where there is neither: then it is the system's.
 */
export function vulkanEnvironment(): Record<string, string> {
  const chosen = process.env["VK_ICD_FILENAMES"];
  if (chosen !== undefined) return { VK_ICD_FILENAMES: chosen };
  return existsSync(CHROMIUMS_DRIVER) ? { VK_ICD_FILENAMES: CHROMIUMS_DRIVER } : {};
}
