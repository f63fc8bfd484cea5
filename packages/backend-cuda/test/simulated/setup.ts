import { fileURLToPath } from "node:url";
import { useBackend } from "@camada/tensor";
import { simulatedCuda } from "./simulated-cuda.ts";

/** Every test file of project `cuda-simulated` runs on a device that the CPU simulates, with guards around its tensors. */
await useBackend(simulatedCuda({ folder: fileURLToPath(new URL("../..", import.meta.url)) }));
