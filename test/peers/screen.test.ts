/** The demo as a new user starts it, its screen in Chromium, and one procedure from the worklist to the archive by touch. */
import { mkdir, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { livePicture } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { start } from "../support/run.ts";
import { until } from "../support/scopeline.ts";

const root = resolve(import.meta.dirname, "../..");
const shots = join(root, ".cache/screenshots");

/** How many different colours the live canvas shows, of a grid of points: a live picture has many, a black one has one. */
async function coloursOf(page: Page): Promise<number> {
  return page.getByTestId("live-canvas").evaluate((canvas) => {
    if (!(canvas instanceof HTMLCanvasElement)) return 0;
    const { width, height } = canvas;
    const pixels = canvas.getContext("2d")?.getImageData(0, 0, width, height).data;
    const seen = new Set<string>();
    for (let y = 0; y < height; y += 8) {
      for (let x = 0; x < width; x += 8) {
        const at = 4 * (y * width + x);
        seen.add(`${pixels?.[at]},${pixels?.[at + 1]},${pixels?.[at + 2]}`);
      }
    }
    return seen.size;
  });
}

describePeer("the demo's screen", ["chromium"], () => {
  it("takes a patient from the worklist, three stills and a clip, to the archive, by touch alone", {
    timeout: 240_000,
  }, async () => {
    await mkdir(shots, { recursive: true });
    await using directory = await temporaryDirectory();
    const args = [join(root, "src/demo/demo.ts"), "--data", directory.path, "--port", "0"];
    await using demo = start({ program: process.execPath, args, cwd: root });
    const line = await demo.line((text) => text.includes("http://127.0.0.1:") && text.startsWith("Scopeline"), 90_000);
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, hasTouch: true });
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await page.goto(address);
    await livePicture(page);

    await page.getByTestId("nav-patient").tap();
    await page.getByTestId("worklist-row").first().tap();
    await page.screenshot({ path: join(shots, "confirm-1920x1080.png") });
    await page.getByTestId("confirm-start").tap();
    await page.getByTestId("patient-banner").waitFor();

    await page.getByTestId("record").tap();
    await page.locator("[data-testid=record][data-recording=true]").waitFor();
    for (let press = 0; press < 3; press += 1) {
      await page.waitForTimeout(400);
      await page.getByTestId("capture").tap();
    }
    const items = page.getByTestId("capture-item");
    await until(
      "three saved stills",
      async () => (await page.locator("[data-testid=capture-item][data-progress=saved]").count()) === 3,
    );
    await page.getByTestId("record").tap();
    await until(
      "four saved captures",
      async () => (await page.locator("[data-testid=capture-item][data-progress=saved]").count()) === 4,
    );
    expect(await items.count()).toBe(4);

    await page.getByTestId("complete").tap();
    await page.getByTestId("complete-confirm").tap();
    await page.getByTestId("release-now").tap();
    await until(
      "four safe captures",
      async () => (await page.locator("[data-testid=capture-item][data-progress=safe]").count()) === 4,
    );
    expect(await page.getByTestId("capture-item").first().textContent()).toMatch(/Safe$/);
    expect(await coloursOf(page)).toBeGreaterThan(200);
    await page.screenshot({ path: join(shots, "live-1920x1080.png") });
    const archived = await readdir(join(directory.path, "hospital/archive"));
    expect(archived.filter((name) => name.endsWith(".dcm"))).toHaveLength(4);

    for (const [width, height] of [
      [1920, 1080],
      [1280, 800],
    ] as const) {
      await page.setViewportSize({ width, height });
      for (const screen of ["patient", "outbox", "history", "live"]) {
        await page.getByTestId(`nav-${screen}`).tap();
        await page.waitForTimeout(600);
        await page.screenshot({ path: join(shots, `${screen}-${width}x${height}.png`) });
      }
    }
    expect(faults).toEqual([]);
  });
});
