import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { launchChromium } from "../../test/support/chromium.ts";
import { livePicture, readPressed, watchPresses } from "../../test/support/page.ts";
import { type Box, type Json, startScopeline, until } from "../../test/support/scopeline.ts";
import { stripesIn } from "../../test/support/stripe.ts";
import { type Bench, bounded, type Figure } from "./figure.ts";

const [width, height] = [1280, 720];
const presses = 1_000;

export const frameExactBench: Bench = {
  name: "frame.exact",
  what: `${presses} presses at random phases while recording, with one viewer and with three: stills that are not the frame that was on the screen`,
  run: async (_rounds, isQuick) => {
    const count = isQuick ? 12 : presses;
    const figures: Figure[] = [];
    for (const viewers of [1, 3]) {
      const wrong = await wrongOf(count, viewers);
      figures.push(bounded(`frame.exact.wrong.${viewers}viewer${viewers > 1 ? "s" : ""}`, `of ${count}`, wrong, 0));
    }
    return figures;
  },
};

/** A screen, and the captures that its presses became, in the order they were asked for. */
interface Viewer {
  readonly page: Page;
  readonly asked: Promise<string>[];
}

async function wrongOf(count: number, viewers: number): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
  try {
    await using box = await startScopeline({ directory, input: { width, height, fps: 30 } });
    await box.live();
    await using browser = await launchChromium();
    await box.post("/api/procedures", { emergency: {} });
    const all: Viewer[] = [];
    for (let at = 0; at < viewers; at += 1) all.push(await openViewer(await browser.newPage(), box.url));
    const [first] = all;
    await first?.page.getByTestId("record").click();
    await until("a recording", async () => (await box.get<Json[]>("/api/sources"))[0]?.recordingCaptureId !== null);
    for (let press = 0; press < count; press += 1) {
      await pressOn(all[press % viewers]);
      // At any phase of the frame clock.
      await sleep(90 + Math.random() * 70);
    }
    let wrong = 0;
    for (const { page, asked } of all) wrong += await wrongOn(page, asked, box, directory);
    return wrong;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function openViewer(page: Page, url: string): Promise<Viewer> {
  const asked: Promise<string>[] = [];
  page.on("request", (request) => {
    if (request.method() !== "POST" || !request.url().endsWith("/api/stills")) return;
    const id = request.response().then(async (response) => {
      if (response === null) throw new Error("a press had no answer");
      return String(((await response.json()) as Json).id);
    });
    id.catch(() => {});
    asked.push(id);
  });
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto(url);
  await livePicture(page);
  await watchPresses(page);
  return { page, asked };
}

async function pressOn(viewer: Viewer | undefined): Promise<void> {
  const button = viewer?.page.getByTestId("capture");
  await button?.dispatchEvent("pointerdown", { button: 0, isPrimary: true, pointerType: "touch" });
  await button?.dispatchEvent("pointerup", { button: 0, isPrimary: true, pointerType: "touch" });
}

async function wrongOn(page: Page, asked: Promise<string>[], box: Box, directory: string): Promise<number> {
  const pressed = await readPressed(page);
  await until("every press to be asked for", async () => asked.length === pressed.length);
  let wrong = 0;
  for (const [index, id] of asked.entries()) {
    const file = join(directory, "still.jpg");
    const answer = await fetch(`${box.url}/api/captures/${await id}/media`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    const [stored] = await stripesIn(file, width, height);
    if (stored === undefined || stored === null || stored !== pressed[index]) wrong += 1;
  }
  return wrong;
}
