/** A clip in HEVC all the way: the plug is pulled, a screen that plays no HEVC, an archive that takes none. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { livePicture, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const [width, height] = [640, 360];
const numbersFrom = (first: number, count: number): number[] => Array.from({ length: count }, (_, at) => first + at);

const hevc = "1.2.840.10008.1.2.4.107";
const h264 = "1.2.840.10008.1.2.4.102";

describePeer("an HEVC clip", ["chromium", "ffmpeg"], () => {
  it("is rescued, played as a copy, and goes as H.264 to an archive that takes no HEVC", {
    timeout: 120_000,
  }, async () => {
    await using directory = await temporaryDirectory();
    const home = join(directory.path, "box");
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    await hospital.setFaults([{ kind: "refuse-context", transferSyntaxUids: [hevc] }]);
    const { aeTitle, dicomPort: port } = hospital;
    const options = {
      directory: home,
      profile: "simulated-microscope-2160p",
      input: { width, height, fps: 30 },
      nodes: [{ name: "PACS", aeTitle, port, roles: ["storage" as const] }],
    };
    const first = await startScopeline(options);
    await first.live();
    const { id: procedureId } = await first.post<Json>("/api/procedures", { emergency: {} });
    const { id } = await first.post("/api/clips");
    const part = join(home, "storage/media", `${id}.mp4.part`);
    await until("a part on the disk", async () => ((await stat(part).catch(() => null))?.size ?? 0) > 60_000);
    await first.kill();

    await using box = await startScopeline(options);
    await until("the rescue", async () => (await box.get(`/api/captures/${id}`)).state === "saved");
    const clip = await box.get(`/api/captures/${id}`);
    expect(clip).toMatchObject({ codec: "hevc", width, height });
    expect(clip.rescuedMissingMs).not.toBeNull();
    const recorded = await stripesIn(join(home, "storage/media", `${id}.mp4`), width, height);
    expect(recorded).toEqual(numbersFrom(recorded[0] ?? -1, Number(clip.frames)));

    await box.live();
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
    expect(await stripesIn(join(home, "storage/thumbnails", `${id}.mp4`), width, height)).toEqual(recorded);
    expect(await box.get(`/api/captures/${id}/playback`)).toEqual({ state: "ready", message: null });

    await box.post(`/api/procedures/${procedureId}/complete`);
    await box.post(`/api/procedures/${procedureId}/release`);
    await until("the clip in the archive", async () => (await hospital.archive()).length > 0);
    expect(await hospital.archive()).toMatchObject([{ transferSyntaxUid: h264 }]);
  });
});
