// `pnpm check`: everything that must hold before a change lands. `pnpm check lint docs` runs those gates only,
// `pnpm check --except test` all others.
import { parseArgs } from "node:util";
import { GateError } from "./check/command.ts";
import { gates } from "./check/gates.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { except: { type: "string", multiple: true, default: [] }, help: { type: "boolean", default: false } },
});
const known = gates.map(({ name }) => name);
const unknown = [...positionals, ...values.except].filter((name) => !known.includes(name));
if (values.help || unknown.length > 0) {
  for (const { name, about } of gates) console.log(`${name.padEnd(12)}${about}`);
  if (unknown.length > 0) console.error(`check: expected gates from this list, got ${unknown.join(", ")}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const chosen = gates
  .filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  .filter(({ name }) => !values.except.includes(name));
if (chosen.length === 0) {
  console.error("check: expected at least one gate to run, got none");
  process.exit(2);
}
const shut: string[] = [];
for (const gate of chosen) {
  const startedMs = performance.now();
  const outcome = await gate.pass().then(
    (remark) => ({ remark, error: undefined }),
    (error: unknown) => ({ remark: undefined, error: error instanceof Error ? error : new Error(String(error)) }),
  );
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const { error } = outcome;
  if (error !== undefined) {
    shut.push(gate.name);
    console.log(error instanceof GateError ? error.message : error.stack);
  }
  const remark = outcome.remark === undefined ? "" : ` (${outcome.remark})`;
  const verdict = error === undefined ? "ok" : "FAILED";
  console.log(verdict.padEnd(8) + gate.name.padEnd(12) + `${seconds.padStart(6)} s${remark}`);
}
console.log(
  shut.length === 0 ? "check: every gate is open" : `check: expected every gate to open, got ${shut.join(", ")} shut`,
);
process.exit(shut.length === 0 ? 0 : 1);
