import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startScopeline } from "../../test/support/scopeline.ts";
import { type Bench, bounded, quantile } from "./figure.ts";

const presses = 100;

interface Times {
  readonly durable: readonly number[];
  readonly thumbnail: readonly number[];
}

export const stillBenches: readonly Bench[] = [
  {
    name: "still.durable",
    what: `press to durable still over HTTP, 1080p30 simulated microscope, recording on, ${presses} presses a round`,
    run: async (rounds, isQuick) => {
      const { durable } = await pressAll((isQuick ? 5 : presses) * rounds);
      return [
        bounded("still.durable.median", "ms", quantile(durable, 0.5), null),
        bounded("still.durable", "ms", quantile(durable, 0.95), 200),
        bounded("still.durable.p99", "ms", quantile(durable, 0.99), null),
      ];
    },
  },
  {
    name: "still.thumbnail",
    what: `press to the last byte of its thumbnail at the client, as still.durable, ${presses} presses a round`,
    run: async (rounds, isQuick) => {
      const { thumbnail } = await pressAll((isQuick ? 5 : presses) * rounds);
      return [
        bounded("still.thumbnail.median", "ms", quantile(thumbnail, 0.5), null),
        bounded("still.thumbnail", "ms", quantile(thumbnail, 0.95), 150),
      ];
    },
  },
];

/** What a screen does: the press, its answer (the still is durable then), the small picture of it. */
async function pressAll(count: number): Promise<Times> {
  const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
  try {
    await using box = await startScopeline({ directory, profile: "simulated-microscope" });
    await box.live();
    const clip = await box.post("/api/clips", {});
    const durable: number[] = [];
    const thumbnail: number[] = [];
    for (let press = 0; press < count; press += 1) {
      const startedAt = performance.now();
      const { id } = await box.post("/api/stills", {});
      durable.push(performance.now() - startedAt);
      await smallPicture(`${box.url}/api/captures/${String(id)}/thumbnail`);
      thumbnail.push(performance.now() - startedAt);
      // Random phase against the frame clock.
      await sleep(60 + Math.random() * 80);
    }
    await box.post(`/api/captures/${String(clip.id)}/stop`);
    return { durable, thumbnail };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function smallPicture(url: string): Promise<void> {
  const response = await fetch(url);
  const bytes = Buffer.from(await response.arrayBuffer());
  if (!response.ok || bytes[0] !== 0xff || bytes[1] !== 0xd8) throw new Error(`no thumbnail: ${response.status}`);
}
