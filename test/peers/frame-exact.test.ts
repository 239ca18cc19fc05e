/** What you see is what you keep: the number on the canvas at the press is the number in the stored instance's pixels. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { readPart10 } from "../../src/dicom/dicom.ts";
import { livePicture, readPressed, watchPresses } from "../support/page.ts";
import { describePeer, launchChromium, startHospital, temporaryDirectory } from "../support/peers.ts";
import { type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const presses = 100;
const [width, height] = [1280, 720];

interface Capture extends Json {
  readonly kind: string;
  readonly number: number;
  readonly state: string;
  readonly progress: string;
  readonly sopInstanceUid: string;
  readonly frameExact: boolean;
}

describePeer("Chromium", ["chromium"], () => {
  it(`stores the painted frame in ${presses} of ${presses} presses while recording`, {
    timeout: 300_000,
    retry: 0,
  }, async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      input: { width, height, fps: 30 },
      nodes: [{ name: "Archive", aeTitle: hospital.aeTitle, port: hospital.dicomPort, roles: ["storage"] }],
    });
    await box.live();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.goto(box.url);
    await livePicture(page);
    await watchPresses(page);
    const { id } = await box.post<{ id: string }>("/api/procedures", { emergency: {} });
    await page.getByTestId("record").click();
    await until("a recording", async () => (await box.get<Json[]>("/api/sources"))[0]?.recordingCaptureId !== null);

    const captures = async () => (await box.get<{ captures: Capture[] }>(`/api/procedures/${id}`)).captures;
    for (let press = 0; press < presses; press += 1) {
      await page
        .getByTestId("capture")
        .dispatchEvent("pointerdown", { button: 0, isPrimary: true, pointerType: "touch" });
      await page
        .getByTestId("capture")
        .dispatchEvent("pointerup", { button: 0, isPrimary: true, pointerType: "touch" });
      // At any phase of the frame clock.
      await sleep(90 + Math.random() * 70);
    }
    await until(
      "every press to be saved",
      async () => (await captures()).filter((c) => c.kind === "still" && c.state === "saved").length === presses,
    );
    await page.getByTestId("record").click();
    await until("the clip", async () => (await captures()).some((c) => c.kind === "clip" && c.state === "saved"));
    const pressed = await readPressed(page);
    await box.post(`/api/procedures/${id}/complete`);
    await box.post(`/api/procedures/${id}/release`);
    await until("all sent", async () => (await captures()).every((c) => c.progress === "sent"), 120_000);

    const pixelsOf = async (capture: Capture): Promise<Buffer> => {
      const dicom = join(hospital.archiveDirectory, `${capture.sopInstanceUid}.dcm`);
      const { pixelFragments } = await readPart10(dicom);
      const { offset = 0, sizeBytes = 0 } = pixelFragments[0] ?? {};
      return (await readFile(dicom)).subarray(offset, offset + sizeBytes);
    };
    const numbersIn = async (name: string, pixels: readonly Buffer[]): Promise<(number | null)[]> => {
      const file = join(directory.path, name);
      await writeFile(file, Buffer.concat(pixels));
      return stripesIn(file, width, height);
    };
    const stills = (await captures()).filter((c) => c.kind === "still").sort((a, b) => a.number - b.number);
    // One after the other they are a Motion JPEG: decoded at once, and as many as there are.
    const stored = await numbersIn("stills.mjpeg", await Promise.all(stills.map(pixelsOf)));
    expect(stored).toHaveLength(presses);
    expect(pressed).toHaveLength(presses);
    expect(pressed).not.toContain(null);
    const wrong = stills.flatMap(({ number, notice }, index) =>
      stored[index] === pressed[index] ? [] : [{ number, pressed: pressed[index], stored: stored[index], notice }],
    );
    expect(wrong).toEqual([]);

    const [clip] = (await captures()).filter((c) => c.kind === "clip");
    if (clip === undefined) throw new Error("no clip");
    const inClip = await numbersIn("clip.mp4", [await pixelsOf(clip)]);
    expect(inClip).toHaveLength(Number(clip.frames));
    expect(inClip).toEqual(inClip.map((_unused, index) => Number(inClip[0]) + index));
    // Everything that was pressed while recording is in the recording.
    expect(inClip).toEqual(expect.arrayContaining(pressed));
  });
});
