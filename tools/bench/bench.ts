/** `npm run bench`: our figures beside the peers' from the same run. `--json` one JSON line a figure, `--only NAME`, `--rounds N`. */
import { parseArgs } from "node:util";
import { composeBench } from "./compose.ts";
import type { Figure } from "./figure.ts";
import { outboxBenches } from "./outbox.ts";
import { stillBench } from "./still.ts";
import { storeBenches } from "./store.ts";
import { stowBenches } from "./stow.ts";

const benches = [stillBench, composeBench, ...storeBenches, ...outboxBenches, ...stowBenches];

const { values } = parseArgs({
  options: { json: { type: "boolean" }, only: { type: "string" }, rounds: { type: "string", default: "3" } },
});
const rounds = Math.max(3, Number(values.rounds));
const chosen = benches.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) {
  process.stderr.write(`There is no figure ${values.only}. There are: ${benches.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}

const number = (value: number | null): string => (value === null ? "–" : value.toFixed(value < 10 ? 2 : 0));
const cells = ({ name, value, unit, reference, ratio, limit, ok }: Figure): string[] => [
  name,
  `${number(value)} ${unit}`,
  reference === null ? "–" : `${number(reference)} ${unit}`,
  number(ratio),
  number(limit),
  limit === null ? "" : ok ? "ok" : "NOT REACHED",
];
const line = (row: readonly string[]): string =>
  row.map((cell, i) => cell.padEnd([26, 14, 14, 8, 8, 12][i] ?? 0)).join(" ");

let allOk = true;
if (values.json !== true) process.stdout.write(`${line(["name", "ours", "reference", "ratio", "limit", ""])}\n`);
for (const bench of chosen) {
  if (values.json !== true) process.stderr.write(`  ${bench.what}\n`);
  for (const figure of await bench.run(rounds)) {
    allOk &&= figure.ok;
    process.stdout.write(`${values.json === true ? JSON.stringify(figure) : line(cells(figure))}\n`);
  }
}
process.exitCode = allOk ? 0 : 1;
