/**
 * Builds the native libraries if need be and prints, as JSON, which instruction levels of this machine have one to test:
 * a {@link NativeReport}. In a process of its own, a library that ends the process is a report too.
 */
import { buildNative } from "./compile-native.ts";
import { NativeBuildError, NoCompilerError } from "./native-compiler.ts";
import { levelsOf, libraryFile } from "../src/native/level.ts";
import { NativeLibrary } from "../src/native/library.ts";

/** What `pnpm test` needs to know. */
export interface NativeReport {
  /** Levels with code of their own, the least first; empty where there is no library. */
  readonly levels: readonly string[];
  /** Why there is none: nothing is wrong, a compiler is missing. */
  readonly missing?: string;
  /** What is wrong. */
  readonly problem?: string;
}

async function report(): Promise<NativeReport> {
  try {
    const { folder } = await buildNative();
    const features = new NativeLibrary(folder, libraryFile("generic")).declare("camada_cpu_features", "int32_t", [])();
    // bf16 levels add to the library of avx512: in float32 they are the same code.
    const levels = levelsOf(features).filter(
      (level, at, all) => all.findIndex((other) => libraryFile(other) === libraryFile(level)) === at,
    );
    for (const level of levels) new NativeLibrary(folder, libraryFile(level));
    return { levels };
  } catch (error) {
    if (error instanceof NoCompilerError) return { levels: [], missing: error.message };
    if (error instanceof NativeBuildError) return { levels: [], problem: error.message };
    return { levels: [], problem: `the libraries cannot be loaded: ${String(error)}` };
  }
}

console.log(JSON.stringify(await report()));
