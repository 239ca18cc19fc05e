/**
 * `npm run bench`: our figures beside the peers' from the same run. `--json` one JSON line a figure, `--only NAME` (again
 * for more), `--rounds N`. `--quick` runs each in small, once: it shows that they run, and its figures say nothing.
 */
import { parseArgs } from "node:util";
import { captureCpuBench } from "./capture-cpu.ts";
import { captureLostBench, recordingBench } from "./capture-lost.ts";
import { composeBench } from "./compose.ts";
import type { Figure } from "./figure.ts";
import { frameExactBench } from "./frame-exact.ts";
import { outboxBenches } from "./outbox.ts";
import { previewLatencyBench } from "./preview-latency.ts";
import { rescueBench } from "./rescue.ts";
import { stillBenches } from "./still.ts";
import { storeBenches } from "./store.ts";
import { stowBenches } from "./stow.ts";

const benches = [
  ...[...stillBenches, frameExactBench, previewLatencyBench, captureCpuBench, captureLostBench, rescueBench],
  composeBench,
  ...storeBenches,
  ...outboxBenches,
  ...stowBenches,
];

/** An hour each: only where they are named. */
const longBenches = [recordingBench];

const { values } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string", multiple: true },
    quick: { type: "boolean", default: false },
    rounds: { type: "string", default: "3" },
  },
});
const rounds = values.quick ? 1 : Math.max(3, Number(values.rounds));
const names = [...benches, ...longBenches].map(({ name }) => name);
const unknown = (values.only ?? []).filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`There is no figure ${unknown.join(", ")}. There are: ${names.join(", ")}\n`);
  process.exit(2);
}
const chosen =
  values.only === undefined ? benches : [...benches, ...longBenches].filter(({ name }) => values.only?.includes(name));
/** A figure in small cannot reach or miss anything, and must not be taken for the real one. */
const small = (figure: Figure): Figure => ({ ...figure, name: `${figure.name}.quick`, limit: null, ok: true });

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
  row.map((cell, i) => cell.padEnd([32, 14, 14, 8, 8, 12][i] ?? 0)).join(" ");

let allOk = true;
if (values.json !== true) process.stdout.write(`${line(["name", "ours", "reference", "ratio", "limit", ""])}\n`);
for (const bench of chosen) {
  if (values.json !== true) process.stderr.write(`  ${bench.what}\n`);
  for (const measured of await bench.run(rounds, values.quick)) {
    const figure = values.quick ? small(measured) : measured;
    allOk &&= figure.ok;
    process.stdout.write(`${values.json === true ? JSON.stringify(figure) : line(cells(figure))}\n`);
  }
}
process.exitCode = allOk ? 0 : 1;
