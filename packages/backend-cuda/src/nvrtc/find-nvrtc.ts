import process from "node:process";
import { filesIn, libraryCandidates, type LibraryCandidate } from "../libraries/find-library.ts";

/** The environment variable that names the library, or its folder. */
export const NVRTC_VARIABLE = "CAMADA_NVRTC";

/** Major versions that the backend knows how to use, the newest first. */
const MAJORS = [13, 12] as const;

const FILES = MAJORS.map((major) =>
  process.platform === "win32" ? `nvrtc64_${major}0_0.dll` : `libnvrtc.so.${major}`,
);

/**
 * Where NVRTC may be found, in the order of trying: what {@link NVRTC_VARIABLE} names and nothing else; the system's
 * loader; CUDA toolkits; the wheels `nvidia-cuda-nvrtc` of Python environments.
 * @param environment variables; default: those of the process.
 */
export function* nvrtcCandidates(environment: NodeJS.ProcessEnv = process.env): Generator<LibraryCandidate> {
  const named = environment[NVRTC_VARIABLE];
  if (named !== undefined && named !== "") {
    for (const file of librariesAt(named)) yield { file, place: `${NVRTC_VARIABLE}=${named}` };
    return;
  }
  yield* libraryCandidates({ files: FILES, wheelFolders: ["nvidia/cu13/lib", "nvidia/cuda_nvrtc/lib"] }, environment);
}

/** The libraries of a folder, or the file itself: a wrong name is left to the loader, whose error names it. */
function librariesAt(named: string): string[] {
  const inside = filesIn(named, FILES);
  return inside.length > 0 ? inside : [named];
}
