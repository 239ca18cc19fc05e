import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, bounded, compared } from "./figure.ts";
import { randomFile } from "./instances.ts";
import { measureChild, run } from "./run.ts";

const gigabyte = 1_000_000_000;

export const composeBench: Bench = {
  name: "compose.1gb",
  what: "compose a 1 GB clip, hashed and durable, against cp and fsync of the same file",
  run: async (rounds, isQuick) => {
    const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
    try {
      const media = join(directory, "clip.mp4");
      const target = join(directory, "target");
      await randomFile(media, isQuick ? gigabyte / 100 : gigabyte);
      const ours: number[] = [];
      const theirs: number[] = [];
      let peakMb = 0;
      for (let round = 0; round < rounds; round += 1) {
        const measured = await measureChild("compose-child.ts", [media, target]);
        ours.push(measured.ms);
        peakMb = Math.max(peakMb, measured.peakMb);
        await rm(target);
        theirs.push((await run("/bin/sh", ["-c", 'cp "$1" "$2" && sync "$2"', "sh", media, target])).ms);
        await rm(target);
      }
      return [compared("compose.1gb", "ms", ours, theirs, 1.3), bounded("compose.1gb.memory", "MB", peakMb, 150)];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};
