// `pnpm bench [name] [--rounds N] [--json FILE]`: benchmarks side by side with their peers.
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { benches } from "./benches.ts";
import { describeMachine } from "./machine.ts";
import { measure, median } from "./measure.ts";
import { machineLines, table } from "./table.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "string" }, rounds: { type: "string" }, help: { type: "boolean", default: false } },
});
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const unknown = positionals.filter((name) => benches.every((bench) => bench.name !== name));
if (values.help) {
  console.log("pnpm bench [name ...] [--rounds N] [--json FILE]");
  for (const { name, about } of benches) console.log(`  ${name.padEnd(12)}${about}`);
} else if (unknown.length > 0) {
  fail(`expected one of ${benches.map(({ name }) => name).join(", ")}, got ${unknown.join(", ")}`);
} else if (rounds !== undefined && !(Number.isSafeInteger(rounds) && rounds > 0)) {
  fail(`expected --rounds to be a positive integer, got ${values.rounds}`);
} else {
  await runBenches();
}

async function runBenches(): Promise<void> {
  const machine = describeMachine();
  for (const line of machineLines(machine)) console.log(line);
  const results = [];
  for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
    console.log(`\n${bench.name}: ${bench.about}`);
    const options = { rounds: rounds ?? bench.rounds, warmups: bench.warmups };
    const measurements = await measure(await bench.candidates(), options);
    for (const line of table(measurements, bench.work)) console.log(line);
    const summaries = measurements.map((one) => ({
      ...one,
      medianMs: median(one.samplesMs),
      minMs: Math.min(...one.samplesMs),
      maxMs: Math.max(...one.samplesMs),
    }));
    results.push({ name: bench.name, about: bench.about, work: bench.work, ...options, measurements: summaries });
  }
  if (values.json === undefined) return;
  const report = { date: new Date().toISOString(), machine, results };
  await writeFile(values.json, `${JSON.stringify(report, null, 2)}\n`);
}

function fail(sentence: string): void {
  console.error(`bench: ${sentence}`);
  process.exitCode = 2;
}
