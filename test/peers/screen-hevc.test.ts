/** A clip in HEVC on a screen that does not play HEVC, in Chromium: a copy is made, said to be one, and plays. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { livePicture, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const [width, height] = [640, 360];
const numbersFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

describePeer("an HEVC clip on the screen", ["chromium", "ffmpeg"], () => {
  it("is played as a copy, frame for frame, that is said to be one", { timeout: 120_000 }, async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, "box");
    await using box = await startScopeline({
      directory: home,
      profile: "simulated-microscope-2160p",
      input: { width, height, fps: 30 },
    });
    await box.live();
    const started = await box.post("/api/clips");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const clip = await box.post<Json>(`/api/captures/${started.id}/stop`);
    expect(clip).toMatchObject({ state: "saved", codec: "hevc", width, height });
    await using browser = await launchChromium();
    const screen = { width: 1280, height: 800 };
    const page = await browser.newPage({ viewport: screen, screen, hasTouch: true });
    // Whatever this Chromium was built with: it is the screen that does not play HEVC.
    await page.addInitScript(() => {
      const { canPlayType } = HTMLMediaElement.prototype;
      HTMLMediaElement.prototype.canPlayType = function says(type: string) {
        return type.includes("hvc1") ? "" : canPlayType.call(this, type);
      };
    });
    await page.goto(box.url);
    await livePicture(page);
    await page.locator("[data-testid=capture-item][data-progress=saved]").first().tap();
    const video = page.getByTestId("viewer-clip");
    await until("the copy", async () => video.evaluate((p) => p instanceof HTMLVideoElement && p.readyState >= 2));
    expect(await page.getByTestId("viewer-copy").textContent()).toBe(
      "A smaller copy is shown. The clip itself is 640×360, HEVC.",
    );
    const seconds = await video.evaluate((p) => (p instanceof HTMLVideoElement ? p.duration : 0));
    expect(seconds).toBeCloseTo(Number(clip.durationMs) / 1000, 1);
    await page.getByTestId("play").tap();
    await until("it plays", async () => video.evaluate((p) => p instanceof HTMLVideoElement && p.currentTime > 0.2));
    expect(await tooSmall(page)).toEqual([]);

    const storage = (await findStorage(home)) ?? "";
    const copy = join(storage, "thumbnails", `${clip.id}.mp4`);
    expect((await stat(copy)).size).toBeGreaterThan(1000);
    const [numbers, recorded] = [
      await stripesIn(copy, width, height),
      await stripesIn(join(storage, "media", `${clip.id}.mp4`), width, height),
    ];
    expect(numbers).toEqual(recorded);
    expect(numbers).toEqual(numbersFrom(numbers[0] ?? -1, Number(clip.frames)));
    expect(await box.get(`/api/captures/${clip.id}/playback`)).toEqual({ state: "ready", message: null });
  });
});

async function findStorage(home: string): Promise<string | undefined> {
  for (const entry of await readdir(home, { recursive: true })) {
    if (entry.endsWith("scopeline.db")) return join(home, entry, "..");
  }
  return undefined;
}
