import { writeFile } from "node:fs/promises";
import { compileKernels, generatedSource } from "./compile-kernels.ts";

const bytes = await compileKernels();
await writeFile(new URL("../src/kernels.generated.ts", import.meta.url), generatedSource(bytes));
console.log(`src/kernels.generated.ts: ${bytes.length} bytes of WebAssembly`);
