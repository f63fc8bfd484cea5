export { cpu, type CpuEngine, type CpuOptions } from "./cpu.ts";
