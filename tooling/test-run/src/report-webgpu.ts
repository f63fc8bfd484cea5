// Writes, as JSON, why WebGPU cannot run in this process.
import { webgpu } from "@camada/backend-webgpu";

const reason = await webgpu({ allowSoftware: true })
  .activate()
  .then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
console.log(JSON.stringify({ reason }));
process.exit(0);
