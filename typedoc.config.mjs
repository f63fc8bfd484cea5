import { readdirSync } from "node:fs";

const packages = readdirSync(new URL("packages", import.meta.url));

/** An export without a docstring is an error in every package; typedoc by itself asks it of the root package only. */
export default {
  name: "Camada",
  entryPoints: ["packages/*/src/{index,node,web}.ts"],
  tsconfig: "tooling/tsconfig/docs.json",
  out: "docs/api",
  readme: "none",
  excludeProtected: true,
  // Links to sources need a public remote, which a checkout may lack.
  disableSources: true,
  validation: { invalidLink: true, notDocumented: true, notExported: true },
  requiredToBeDocumented: ["Variable", "Function", "Class", "Interface", "TypeAlias"],
  packagesRequiringDocumentation: packages.map((name) => `@camada/${name}`),
  treatWarningsAsErrors: true,
};
