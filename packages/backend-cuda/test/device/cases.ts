import process from "node:process";
import { cudaBackend } from "./run-kernel.ts";

/** A simulated device is some thousand times slower than a card. */
const CASES_HERE = cudaBackend().device.name === "simulated device" ? 60 : 1000;

/** Random configurations of every kernel; `CAMADA_DIFFERENTIAL_CASES=50000` looks longer. */
export const CASES = Number(process.env["CAMADA_DIFFERENTIAL_CASES"] ?? CASES_HERE);
