// Loads a native library in a worker thread, runs a kernel on five threads there, and outlives the worker: Node closes
// the library when the worker ends, while the library's own threads still run.
import { setTimeout as sleep } from "node:timers/promises";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import koffi from "koffi";

if (isMainThread) {
  for (let repeat = 0; repeat < 5; repeat++) {
    const worker = new Worker(new URL(import.meta.url), { workerData: process.argv[2] });
    await new Promise((resolve) => worker.on("exit", resolve));
    await sleep(20);
  }
  console.log("alive");
} else {
  const library = koffi.load(workerData);
  const pool = library.func("camada_pool_create", "uintptr_t", ["double"])(0);
  const count = 2 ** 20;
  const x = library.func("camada_allocate", "uintptr_t", ["uintptr_t", "double"])(pool, 4 * count);
  library.func("camada_set_threads", "int32_t", ["int32_t"])(5);
  const cast = library.func("camada_cast", "int32_t", ["double*", "uintptr_t", "uintptr_t"]);
  for (let repeat = 0; repeat < 20; repeat++) cast(Float64Array.of(0, 0, count), x, x);
}
