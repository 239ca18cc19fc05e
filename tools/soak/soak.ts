/** `npm run soak -- [--hours 72] [--speed 720] [--seed N]`: simulated days of a box and its archive; see simulate.ts. */
import { parseArgs } from "node:util";
import { temporaryDirectory } from "../../test/support/run.ts";
import { simulateDays } from "./simulate.ts";

const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "72" },
    speed: { type: "string", default: "720" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const [hours, speed, seed] = [values.hours, values.speed, values.seed].map(Number);
if (!(Number(hours) > 0 && Number(speed) >= 1 && Number.isInteger(seed)))
  throw new Error("--hours, --speed, --seed: numbers");

await using directory = await temporaryDirectory();
say(`seed ${seed} (--seed ${seed} repeats the plan)`);
const figures = await simulateDays({
  hours: Number(hours),
  speed: Number(speed),
  seed: Number(seed),
  directory: directory.path,
  say,
});
say(JSON.stringify(figures, null, 2));
say(figures.problems.length === 0 ? "everything arrived once" : `${figures.problems.length} PROBLEMS`);
process.exitCode = figures.problems.length === 0 ? 0 : 1;
