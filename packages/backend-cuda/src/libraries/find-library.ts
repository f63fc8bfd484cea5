import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** Where a library may be, and how one came to look there. */
export interface LibraryCandidate {
  /** A path, or a name for the system's loader. */
  readonly file: string;
  /** e.g. `the system's loader`. */
  readonly place: string;
}

/** How a library of CUDA is called, and where pip's wheels put it. */
export interface LibraryName {
  /** File names, the newest version first. */
  readonly files: readonly string[];
  /** Folders of the wheels inside `site-packages`. */
  readonly wheelFolders: readonly string[];
}

/**
 * Where a library of CUDA may be found, in the order of trying: the system's loader; CUDA toolkits; the wheels of Python
 * environments.
 * @param environment variables; default: those of the process.
 */
export function* libraryCandidates(
  { files, wheelFolders }: LibraryName,
  environment: NodeJS.ProcessEnv = process.env,
): Generator<LibraryCandidate> {
  for (const file of files) yield { file, place: "the system's loader" };
  for (const folder of toolkitFolders(environment)) {
    for (const file of filesIn(folder, files)) yield { file, place: "a CUDA toolkit" };
  }
  for (const site of pythonSites(environment)) {
    for (const folder of wheelFolders) {
      for (const file of filesIn(join(site, folder), files)) yield { file, place: "a Python environment" };
    }
  }
}

/** Paths of the files that a folder really has. */
export function filesIn(folder: string, files: readonly string[]): string[] {
  return files.map((file) => join(folder, file)).filter((file) => existsSync(file));
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
  yield* sitesOfPython();
}

let ownSites: readonly string[] | undefined;

/** Asked once: starting Python takes longer than looking through its folders. */
function sitesOfPython(): readonly string[] {
  if (ownSites !== undefined) return ownSites;
  const program = "import site, json; print(json.dumps([*site.getsitepackages(), site.getusersitepackages()]))";
  try {
    const printed = execFileSync("python3", ["-c", program], { stdio: ["ignore", "pipe", "ignore"], timeout: 10_000 });
    ownSites = JSON.parse(printed.toString()) as string[];
  } catch {
    // No Python: nothing to look through.
    ownSites = [];
  }
  return ownSites;
}
