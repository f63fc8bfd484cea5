import { cpu } from "@camada/backend-cpu";
import { useBackend } from "@camada/tensor";

/** Every test file of project `cpu-js` runs on the plain JavaScript engine. */
await useBackend(cpu({ engine: "js" }));
