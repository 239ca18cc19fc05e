/** Clips as a person works with them, in Chromium, by touch: marked, kept after the fact, looked back at, cut. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { livePicture, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { type Box, type Json, startScopeline, until } from "../support/scopeline.ts";
import { stripesIn } from "../support/stripe.ts";

const [width, height] = [640, 360];

interface Capture extends Json {
  readonly id: string;
  readonly number: number;
  readonly kind: string;
  readonly state: string;
  readonly frameExact: boolean;
  readonly frame: { readonly epoch: number; readonly seq: number };
  readonly frames: number;
  readonly derivedFrom: string | null;
  readonly derivation: { readonly kind: string; readonly frame: number; readonly firstFrame: number };
  readonly markers: readonly { readonly offsetMs: number | null }[];
  readonly notice: string | null;
}

const tiles = (page: Page, progress: string) => page.locator(`[data-testid=capture-item][data-progress=${progress}]`);

async function captures(box: Box): Promise<Capture[]> {
  const { procedures } = await box.get<{ procedures: { id: string }[] }>("/api/procedures?limit=1");
  const { captures: all } = await box.get<{ captures: Capture[] }>(`/api/procedures/${procedures[0]?.id}`);
  return all.toSorted((a, b) => a.number - b.number);
}

/** The burned-in numbers of a capture's own file, as the box gives it. */
async function numbersOf(box: Box, directory: string, { id, kind }: Capture): Promise<(number | null)[]> {
  const file = join(directory, `${id}.${kind === "clip" ? "mp4" : "jpg"}`);
  const response = await fetch(`${box.url}/api/captures/${id}/media`);
  await writeFile(file, Buffer.from(await response.arrayBuffer()));
  return stripesIn(file, width, height);
}

/** What the box answers to a GET from now on, changed. */
async function answersAlso(page: Page, path: string, change: (answer: Json & Json[]) => unknown): Promise<void> {
  await page.route(`**/api/${path}`, async (route) => {
    if (route.request().method() !== "GET") return route.continue();
    const response = await route.fetch();
    return route.fulfill({ response, json: change((await response.json()) as Json & Json[]) });
  });
}

describePeer("clips on the screen", ["chromium"], () => {
  it("are marked, kept after the fact, cut, and give up a still, all by touch", { timeout: 240_000 }, async () => {
    await using directory = await temporaryDirectory();
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      input: { width, height, fps: 30 },
    });
    await box.live();
    await using browser = await launchChromium();
    const screen = { width: 1280, height: 800 };
    const page = await browser.newPage({ viewport: screen, screen, hasTouch: true });
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(box.url);
    await livePicture(page);
    const saved = (many: number) => until(`${many} saved`, async () => (await tiles(page, "saved").count()) === many);

    // What nobody recorded is kept all the same; the box says where it has less than was asked for.
    await page.getByTestId("keep-last").tap();
    await saved(1);
    const [last] = await captures(box);
    expect(last).toMatchObject({ kind: "clip", state: "saved" });
    expect(last?.notice).toMatch(/^The look back is only/);
    expect(await tiles(page, "saved").getByTestId("remarks").textContent()).toBe(last?.notice);

    // A running clip is marked where "keep last" was.
    await page.getByTestId("record").tap();
    await page.getByTestId("mark").waitFor();
    expect(await page.getByTestId("keep-last").count()).toBe(0);
    await page.waitForTimeout(1200);
    await page.getByTestId("mark").tap();
    await until("one mark", async () => (await page.getByTestId("mark").textContent())?.endsWith("1") === true);
    await until(
      "one on the tile",
      async () => (await page.getByTestId("tile-marks").textContent())?.trim() === "1 mark",
    );
    await page.waitForTimeout(800);
    await page.getByTestId("mark").tap();
    await until("two marks", async () => (await page.getByTestId("mark").textContent())?.endsWith("2") === true);
    expect(await tooSmall(page)).toEqual([]);
    await page.waitForTimeout(700);
    await page.getByTestId("record").tap();
    await saved(2);
    const clip = (await captures(box)).at(-1);
    if (clip === undefined) throw new Error("no clip");
    expect(clip.markers).toHaveLength(2);
    const marks = clip.markers.map(({ offsetMs }) => Math.round(((offsetMs ?? -1) * 30) / 1000));
    const numbers = await numbersOf(box, directory.path, clip);

    // The viewer shows the marks; its tools step from one to the other.
    await tiles(page, "saved").first().tap();
    await until("two ticks", async () => (await page.getByTestId("mark-tick").count()) === 2);
    expect(await page.getByTestId("viewer-marks").textContent()).toMatch(/^Marks: 0:0\d · 0:0\d$/);
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("clip-tools").tap();
    const video = page.getByTestId("viewer-clip");
    const shows = (frame: number) =>
      until(`frame ${frame}`, async () =>
        video.evaluate(
          (player, at) =>
            player instanceof HTMLVideoElement && !player.seeking && Math.floor(player.currentTime * 30) === at,
          frame,
        ),
      );
    await until("a player", async () => video.evaluate((p) => p instanceof HTMLVideoElement && p.readyState >= 2));
    await page.getByTestId("next-mark").tap();
    await shows(marks[0] ?? -1);
    await page.waitForTimeout(300);
    await page.getByTestId("still-of-clip").tap();
    await page.getByTestId("clip-tools-made").waitFor();
    expect(await page.getByTestId("clip-tools-made").textContent()).toMatch(/^Image 3 saved\. From clip 2, 0:0\d$/);
    const still = (await captures(box)).at(-1);
    expect(still).toMatchObject({ derivedFrom: clip.id, derivation: { kind: "frame", frame: marks[0] } });
    if (still) expect(await numbersOf(box, directory.path, still)).toEqual([numbers[marks[0] ?? -1]]);

    await page.getByTestId("cut-from").tap();
    await page.getByTestId("next-mark").tap();
    await shows(marks[1] ?? -1);
    await page.waitForTimeout(300);
    await page.getByTestId("cut-to").tap();
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("cut").tap();
    await until("the cut", async () => /^Clip 4/.test((await page.getByTestId("clip-tools-made").textContent()) ?? ""));
    const cut = (await captures(box)).at(-1);
    if (cut === undefined) throw new Error("no cut");
    expect(cut).toMatchObject({ kind: "clip", derivedFrom: clip.id });
    const { firstFrame } = cut.derivation;
    expect(firstFrame).toBeLessThanOrEqual(marks[0] ?? -1);
    expect(firstFrame + cut.frames).toBeGreaterThan(marks[1] ?? Number.POSITIVE_INFINITY);
    expect(await numbersOf(box, directory.path, cut)).toEqual(numbers.slice(firstFrame, firstFrame + cut.frames));

    // Back on the tray, each says what it was made of.
    await page.getByTestId("clip-tools-back").tap();
    await page.keyboard.press("Escape");
    await saved(4);
    const remarks = await page.getByTestId("remarks").allTextContents();
    expect(remarks.filter((text) => /clip 2/.test(text))).toHaveLength(2);

    // A look back: the picture that is on the glass is the one that is kept.
    let released = 0;
    page.on("request", (request) => {
      if (request.method() === "DELETE" && request.url().includes("/look-back/")) released += 1;
    });
    await page.getByTestId("look-back").tap();
    const picture = page.getByTestId("look-back-picture");
    const shown = async () => Number((await picture.getAttribute("data-seq")) || -1);
    await until("the newest", async () => (await shown()) > 0);
    const newest = await shown();
    await page.getByTestId("look-back-earlier").tap();
    await until("an earlier one", async () => (await shown()) > 0 && (await shown()) < newest);
    const every = newest - (await shown());
    for (let step = 2; step <= 3; step += 1) {
      await page.getByTestId("look-back-earlier").tap();
      await until(`${step} earlier`, async () => (await shown()) === newest - step * every);
    }
    await page.getByTestId("look-back-later").tap();
    await until("2 earlier", async () => (await shown()) === newest - 2 * every);
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("look-back-keep").tap();
    await saved(5);
    const kept = (await captures(box)).at(-1);
    expect(kept).toMatchObject({ kind: "still", frameExact: true, frame: { seq: newest - 2 * every } });
    await until("the pictures to be let go", () => released === 1);

    // Further back there is only the recording: said before it is kept, and of what was kept.
    await page.getByTestId("look-back").tap();
    await until("the newest again", async () => (await shown()) > newest);
    const position = page.getByTestId("look-back-position");
    const oldest = Number(await position.getAttribute("min"));
    await position.fill(String(oldest + 5));
    await until("an old one", async () => (await shown()) === Number(await position.inputValue()));
    await until("what it says", () => page.getByText("from the recording").isVisible());
    expect(await tooSmall(page)).toEqual([]);
    const old = await shown();
    expect(old).toBeLessThan(newest);
    await page.getByTestId("look-back-keep").tap();
    await saved(6);
    const recorded = (await captures(box)).at(-1);
    expect(recorded).toMatchObject({ kind: "still", frameExact: false, frameDistance: 0, frame: { seq: old } });
    expect(await numbersOf(box, directory.path, recorded ?? clip)).toEqual([old]);
    await page.getByText("Taken from the recording").first().waitFor();

    // A box in a gap of the picture, whose database does not take a clip: RECORD ends what would go on.
    await answersAlso(page, "sources", ([source]) => [{ ...source, resumingCaptureId: clip.id }]);
    await answersAlso(page, "procedures/*", (procedure) => ({
      ...procedure,
      captures: (procedure.captures as Json[]).map((one) =>
        one.id === cut.id ? { ...one, state: "recording", progress: "not-saved-yet" } : one,
      ),
    }));
    await page.reload();
    await tiles(page, "not-saved-yet").waitFor();
    expect(await tiles(page, "not-saved-yet").getByTestId("remarks").textContent()).toMatch(/^On the disk, but/);
    await until("STOP", async () => (await page.getByTestId("record").getAttribute("data-waits")) === "true");
    expect(await page.getByTestId("record").textContent()).toBe("STOPGoes on when the picture is back");
    expect(await tooSmall(page)).toEqual([]);
    const stopped = page.waitForRequest(`**/api/captures/${clip.id}/stop`);
    await page.getByTestId("record").tap();
    await stopped;

    // A box after a power cut: what is being rescued is not running, and what its source records is stopped, listed or not.
    const isRecording = async () => (await page.getByTestId("record").getAttribute("data-recording")) === "true";
    await answersAlso(page, "procedures/*", (procedure) => ({
      ...procedure,
      captures: (procedure.captures as Json[]).map((one) =>
        one.id === cut.id ? { ...one, state: "recording", progress: "rescuing" } : one,
      ),
    }));
    await answersAlso(page, "sources", (sources) => sources);
    await tiles(page, "rescuing").waitFor();
    await until("RECORD", async () => (await page.getByTestId("record").textContent()) === "RECORD");
    await answersAlso(page, "sources", ([source]) => [{ ...source, recordingCaptureId: "unlisted" }]);
    await until("STOP of what is not listed", isRecording);
    const unlisted = page.waitForRequest("**/api/captures/unlisted/stop");
    await page.getByTestId("record").tap();
    await unlisted;
    await page.getByText("Recording not stopped").waitFor();

    // And it cannot say how it is: that is no all-clear.
    await page.route("**/api/health", (route) => route.fulfill({ status: 500, json: { code: "fault", detail: "-" } }));
    await page.getByTestId("problem").filter({ hasText: "cannot read its own records" }).waitFor();
    expect(faults).toEqual([]);
  });
});
