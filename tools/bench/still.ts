import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { startScopeline } from "../../test/support/scopeline.ts";
import { type Bench, bounded, quantile } from "./figure.ts";

const presses = 100;

export const stillBench: Bench = {
  name: "still.durable",
  what: `press to durable still over HTTP, 1080p30 simulated microscope, recording on, ${presses} presses a round`,
  run: async (rounds, isQuick) => {
    const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
    try {
      await using box = await startScopeline({ directory, profile: "simulated-microscope" });
      await box.live();
      const clip = await box.post("/api/clips", {});
      const times: number[] = [];
      for (let press = 0; press < (isQuick ? 5 : presses) * rounds; press += 1) {
        const startedAt = performance.now();
        await box.post("/api/stills", {});
        times.push(performance.now() - startedAt);
        // Random phase against the frame clock.
        await sleep(60 + Math.random() * 80);
      }
      await box.post(`/api/captures/${String(clip.id)}/stop`);
      return [
        bounded("still.durable.median", "ms", quantile(times, 0.5), null),
        bounded("still.durable", "ms", quantile(times, 0.95), 200),
        bounded("still.durable.p99", "ms", quantile(times, 0.99), null),
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
