/** Some simulated hours of an archive that comes, goes and misbehaves, and of a box that is killed: `npm run soak`, but short. */
import { expect, it } from "vitest";
import { simulateDays } from "../../tools/soak/simulate.ts";
import { temporaryDirectory } from "../support/peers.ts";

const seed = Number(process.env.SCOPELINE_SEED ?? Date.now() % 1_000_000);

it(`everything arrives once after hours of outages, faults and kills, seed ${seed}`, {
  retry: 0,
  timeout: 300_000,
}, async () => {
  await using directory = await temporaryDirectory();
  const said: string[] = [];
  const figures = await simulateDays({
    ...{ hours: 6, speed: 720, seed, directory: directory.path },
    say: (line) => said.push(line),
  }).catch((error: unknown) => {
    throw new Error(`SCOPELINE_SEED=${seed} repeats it:\n${said.join("\n")}`, { cause: error });
  });
  process.stdout.write(`simulated days: ${JSON.stringify(figures)}\n`);
  expect(figures.problems).toEqual([]);
  expect(figures.kills).toBeGreaterThan(0);
  expect(figures.archived).toBeGreaterThanOrEqual(figures.acknowledged);
  expect(figures.acknowledged).toBeGreaterThan(0);
});
