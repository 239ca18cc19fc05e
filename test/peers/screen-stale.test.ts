/** A picture that has stopped never looks live for longer than half a second: judged in every frame that the browser paints. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { livePicture } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { startScopeline, until } from "../support/scopeline.ts";

interface Sample {
  /** The page's clock, ms. */
  readonly at: number;
  readonly seq: string;
  readonly dimmed: boolean;
}

/** The ffmpeg that makes the live picture of a box. */
async function ffmpegOf(boxPid: number): Promise<number> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    const stat = await readFile(join("/proc", pid, "stat"), "utf8").catch(() => "");
    const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
    const words = await readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => "");
    if (parent === boxPid && words.includes("smjpeg")) return Number(pid);
  }
  throw new Error("the box has no ffmpeg");
}

describePeer("Chromium", ["chromium"], () => {
  it("dims what ffmpeg left on the screen when it hangs", { timeout: 120_000 }, async () => {
    await using directory = await temporaryDirectory();
    await using box = await startScopeline({
      directory: directory.path,
      input: { width: 640, height: 360, fps: 30 },
    });
    await box.live();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(box.url);
    await livePicture(page);
    await page.evaluate(() => {
      const samples: { at: number; seq: string; dimmed: boolean }[] = [];
      Object.assign(globalThis, { staleSamples: samples });
      // After everything that this frame of the browser runs: what is then on the element is what is painted.
      const sample = (): void => {
        const canvas = document.querySelector<HTMLCanvasElement>("[data-testid=live-canvas]");
        if (canvas === null) return;
        const { opacity, visibility } = getComputedStyle(canvas);
        const dimmed = Number(opacity) < 0.5 || visibility === "hidden";
        samples.push({ at: performance.now(), seq: canvas.dataset.seq ?? "", dimmed });
        requestAnimationFrame(() => queueMicrotask(() => setTimeout(sample)));
      };
      sample();
    });
    const read = () =>
      page.evaluate(() => (globalThis as unknown as { staleSamples: Sample[] }).staleSamples) as Promise<Sample[]>;
    await until("undimmed frames", async () => (await read()).some(({ dimmed }) => !dimmed));
    const pid = await ffmpegOf(box.pid);
    process.kill(pid, "SIGSTOP");
    // It stands for longer than that before the box gives it up.
    await until("a dimmed frame", async () => (await read()).at(-1)?.dimmed === true);
    // The box ends it and starts another.
    const before = (await read()).at(-1);
    await until("another live picture", async () => {
      const now = (await read()).at(-1);
      return now !== undefined && now.seq !== before?.seq && !now.dimmed;
    });
    const samples = await read();
    let [seq, since] = [samples[0]?.seq, samples[0]?.at ?? 0];
    const looksLive = samples.filter(({ at, seq: shown, dimmed }) => {
      if (shown !== seq) [seq, since] = [shown, at];
      return at - since > 500 && !dimmed;
    });
    expect(looksLive).toEqual([]);
    // It was looked at often enough to see anything.
    expect(samples.length).toBeGreaterThan(30);
  });
});
