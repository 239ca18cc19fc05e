/** The capture engine alone, recording: raw file, rate, seconds, folder. Prints the cores that it and all its children used. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Source } from "../../../src/capture/capture.ts";
import { findFfmpeg } from "../../../src/devices/devices.ts";
import { silentLog } from "../../../src/lib/log.ts";
import { cardFrom } from "../capture-profile.ts";
import { family, processorSeconds } from "../processor-time.ts";
import { settled } from "./settled.ts";

const [file = "", fps = "30", seconds = "20", folder = ""] = process.argv.slice(2);
const { path: ffmpegPath } = await findFfmpeg();
await settled();
const profile = await cardFrom(file, Number(fps));
const source = new Source({ id: "a", index: 0, profile, ffmpegPath, log: silentLog });
let previews = 0;
source.onPreview(() => {
  previews += 1;
});
source.start();
while (source.state().state !== "live") await sleep(50);
await source.startClip({ id: "c", file: join(folder, `clip-${process.pid}.mp4`) });
// The rings fill, and what is compiled is compiled.
await sleep(4_000);
const used = (): number => family(process.pid).reduce((sum, pid) => sum + processorSeconds(pid), 0);
const begun = { atMs: performance.now(), used: used(), own: processorSeconds(process.pid), previews };
await sleep(Number(seconds) * 1_000);
const elapsed = (performance.now() - begun.atMs) / 1_000;
const cores = (used() - begun.used) / elapsed;
const own = (processorSeconds(process.pid) - begun.own) / elapsed;
const shown = (previews - begun.previews) / elapsed;
const { frames } = await source.stopClip("c");
await source.stop();
process.stdout.write(JSON.stringify({ cores, own, shown, frames, peakMb: process.resourceUsage().maxRSS / 1024 }));
