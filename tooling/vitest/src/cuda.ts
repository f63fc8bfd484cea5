import { cuda } from "@camada/backend-cuda";
import { useBackend } from "@camada/tensor";

/** Every test file of project `cuda` runs on the first NVIDIA card of this machine. */
await useBackend(cuda());
