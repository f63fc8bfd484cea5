/**
 * Compiles native/src with the system's C++ compiler (`CXX`, else `c++`) into native/build/<platform>-<arch>, one library
 * per instruction level. Without a compiler it says so and ends well: the engine `wasm` needs none. `--strict` fails.
 */
import { buildNative, NativeBuildError } from "./compile-native.ts";

try {
  const { folder, isNew } = await buildNative(() => {
    console.log("native kernels: compiling them, which takes a minute or two the first time");
  });
  if (isNew) console.log(`native kernels: built in ${folder}`);
} catch (error) {
  if (!(error instanceof NativeBuildError)) throw error;
  console.log(`native kernels: ${error.message}; programs run on the engine wasm instead`);
  if (process.argv.includes("--strict")) process.exitCode = 1;
}
