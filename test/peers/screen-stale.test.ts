/** A picture that has stopped never looks live for longer than half a second: judged in every frame that the browser paints. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFile } from "../integration/capture-rig.ts";
import { livePicture } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { startScopeline, until } from "../support/scopeline.ts";

interface Sample {
  /** The page's clock, ms. */
  readonly at: number;
  readonly seq: string;
  readonly dimmed: boolean;
}

interface Told {
  readonly findings: readonly { readonly id: string; readonly message: string }[];
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

  it("says what is wrong with the picture: on the screen, in health, in the metrics", {
    timeout: 120_000,
  }, async () => {
    await using directory = await temporaryDirectory();
    const file = join(directory.path, "dark.mkv");
    const dark = "color=black:size=320x180:rate=30,noise=alls=3:allf=t,setsar=4/3";
    await makeFile("-f", "lavfi", "-i", dark, "-t", "2", "-c:v", "ffv1", "-pix_fmt", "yuv420p", file);
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      profile: "looped-file",
      input: { file, width: 320, height: 180, fps: 30 },
    });
    await until("both findings", async () => {
      const [source] = await box.get<Told[]>("/api/sources");
      return ["black", "wrong-aspect"].every((id) => source?.findings.some((finding) => finding.id === id));
    });
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(box.url);
    const said = page.locator("[data-testid=finding]");
    await until("both on the screen", async () => (await said.count()) === 2);
    expect((await said.allTextContents()).join(" ")).toMatch(/picture is black.*light is on.*pixels are not square/s);
    const { problems } = await box.get<{ problems: { id?: string; area: string; level: string }[] }>("/api/health");
    expect(problems).toEqual(
      expect.arrayContaining([expect.objectContaining({ id: "source:scope:black", area: "source", level: "notice" })]),
    );
    const metrics = await (await fetch(`${box.url}/metrics`)).text();
    expect(metrics).toContain('scopeline_source_up{source="scope"} 1');
    expect(metrics).toContain('scopeline_source_finding{source="scope",finding="black"} 1');
    expect(metrics).toMatch(/scopeline_source_frames_total\{source="scope"\} [1-9]/);
    expect(metrics).toMatch(/scopeline_ring_bytes\{source="scope"\} [1-9]/);
  });
});
