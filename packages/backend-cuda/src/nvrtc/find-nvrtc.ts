import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** The environment variable that names the library, or its folder. */
export const NVRTC_VARIABLE = "CAMADA_NVRTC";

/** Major versions that the backend knows how to use, the newest first. */
const MAJORS = [13, 12] as const;

/** Where a library may be, and how one came to look there. */
export interface NvrtcCandidate {
  /** A path, or a name for the system's loader. */
  readonly file: string;
  /** e.g. `the system's loader`. */
  readonly place: string;
}

/**
 * Where NVRTC may be found, in the order of trying: what {@link NVRTC_VARIABLE} names and nothing else; the system's
 * loader; CUDA toolkits; the wheels `nvidia-cuda-nvrtc` of Python environments.
 * @param environment variables; default: those of the process.
 */
export function* nvrtcCandidates(environment: NodeJS.ProcessEnv = process.env): Generator<NvrtcCandidate> {
  const named = environment[NVRTC_VARIABLE];
  if (named !== undefined && named !== "") {
    for (const file of librariesAt(named)) yield { file, place: `${NVRTC_VARIABLE}=${named}` };
    return;
  }
  for (const major of MAJORS) yield { file: fileName(major), place: "the system's loader" };
  for (const folder of toolkitFolders(environment)) {
    for (const file of librariesIn(folder)) yield { file, place: "a CUDA toolkit" };
  }
  for (const site of pythonSites(environment)) {
    for (const folder of ["nvidia/cu13/lib", "nvidia/cuda_nvrtc/lib"]) {
      for (const file of librariesIn(join(site, folder))) yield { file, place: "a Python environment" };
    }
  }
}

function fileName(major: number): string {
  return process.platform === "win32" ? `nvrtc64_${major}0_0.dll` : `libnvrtc.so.${major}`;
}

/** The libraries of a folder, or the file itself: a wrong name is left to the loader, whose error names it. */
function librariesAt(named: string): string[] {
  const inside = librariesIn(named);
  return inside.length > 0 ? inside : [named];
}

function librariesIn(folder: string): string[] {
  return MAJORS.map((major) => join(folder, fileName(major))).filter((file) => existsSync(file));
}

function* toolkitFolders(environment: NodeJS.ProcessEnv): Generator<string> {
  const roots = [environment["CUDA_HOME"], environment["CUDA_PATH"], "/usr/local/cuda", "/opt/cuda"];
  // `cuda-13.0` and its like.
  const versioned = namesIn("/usr/local", /^cuda-\d/).map((name) => join("/usr/local", name));
  for (const root of [...roots, ...versioned]) {
    if (root === undefined || root === "") continue;
    for (const folder of ["lib64", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib", "bin"])
      yield join(root, folder);
  }
}

/** What a folder holds, the newest version first. */
function namesIn(folder: string, pattern: RegExp): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => pattern.test(name));
  return names.toSorted((a, b) => b.localeCompare(a, "en", { numeric: true }));
}

/** Folders of Python's packages: of the active environment, then of the `python3` on the path. */
function* pythonSites(environment: NodeJS.ProcessEnv): Generator<string> {
  for (const root of [environment["VIRTUAL_ENV"], environment["CONDA_PREFIX"]]) {
    if (root === undefined || root === "") continue;
    for (const name of namesIn(join(root, "lib"), /^python3/)) yield join(root, "lib", name, "site-packages");
    yield join(root, "Lib/site-packages");
  }
  const program = "import site, json; print(json.dumps([*site.getsitepackages(), site.getusersitepackages()]))";
  try {
    const printed = execFileSync("python3", ["-c", program], { stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 });
    yield* JSON.parse(printed.toString()) as string[];
  } catch {
    // No Python: nothing to look through.
  }
}
