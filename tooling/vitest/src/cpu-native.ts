import { cpu } from "@camada/backend-cpu";
import { useBackend } from "@camada/tensor";

/** Every test file of project `cpu-native` runs on the native engine, at the level that `CAMADA_CPU_LEVEL` names. */
await useBackend(cpu({ engine: "native", libraryFolder: process.env["CAMADA_NATIVE_LIBRARIES"] }));
