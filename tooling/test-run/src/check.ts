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

const chosen = gates.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const shut: string[] = [];
for (const gate of chosen.filter(({ name }) => !values.except.includes(name))) {
  const startedMs = performance.now();
  const outcome = await gate.pass().catch((error: unknown) => error);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const failed = outcome instanceof Error;
  if (failed) {
    shut.push(gate.name);
    console.log(outcome instanceof GateError ? outcome.message : outcome.stack);
  }
  const remark = typeof outcome === "string" ? ` (${outcome})` : "";
  console.log((failed ? "FAILED" : "ok").padEnd(8) + gate.name.padEnd(12) + `${seconds.padStart(6)} s${remark}`);
}
console.log(
  shut.length === 0 ? "check: every gate is open" : `check: expected every gate to open, got ${shut.join(", ")} shut`,
);
process.exit(shut.length === 0 ? 0 : 1);
