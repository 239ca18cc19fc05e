import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { frameStripe } from "../../src/capture/input/frame-stripe.ts";
import { launchChromium } from "../../test/support/chromium.ts";
import { livePicture } from "../../test/support/page.ts";
import { Camera } from "./camera.ts";
import { startCameraBox } from "./camera-box.ts";
import { type Bench, bounded, quantile } from "./figure.ts";

/** The preview's own size: nothing is scaled on the way. */
const shape = { width: 960, height: 540, fps: 30 };

export const previewLatencyBench: Bench = {
  name: "preview.latency",
  what: "from the first byte that a camera in another process writes to the frame drawn in Chromium, 540p30",
  run: async (rounds, isQuick) => {
    const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
    try {
      const seconds = isQuick ? 3 : 20 * rounds;
      await using camera = new Camera(directory, shape, seconds + 120);
      await using box = await startCameraBox(join(directory, "box"), camera.fifo, shape);
      await box.live();
      await using browser = await launchChromium();
      const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
      await page.goto(box.url);
      await livePicture(page);
      await sleep(2_000);
      await watchDrawing(page);
      await sleep(seconds * 1_000);
      const drawn = await page.evaluate(
        () => (globalThis as unknown as { drawnStripes: [number, number][] }).drawnStripes,
      );
      const latencies = drawn.flatMap(([number, atMs]) => {
        const writtenAt = camera.writtenAtMs[number];
        return writtenAt === undefined ? [] : [atMs - writtenAt];
      });
      return [
        bounded("preview.latency.p50", "ms", quantile(latencies, 0.5), 60),
        bounded("preview.latency.p95", "ms", quantile(latencies, 0.95), 110),
        bounded("preview.latency.shown", "fps", latencies.length / seconds, null),
      ];
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
};

/** From here on each picture that the page draws on its canvas is noted: its burned-in number and the moment. */
async function watchDrawing(page: Page): Promise<void> {
  await page.evaluate(({ bits, cells, heightRatio }) => {
    const drawn: [number, number][] = [];
    Object.assign(globalThis, { drawnStripes: drawn });
    const original = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (this: CanvasRenderingContext2D, ...args: unknown[]) {
      Reflect.apply(original, this, args);
      const atMs = performance.timeOrigin + performance.now();
      const { width, height } = this.canvas;
      const row = this.getImageData(0, Math.floor(height - (height * heightRatio) / 2), width, 1).data;
      const isSet = Array.from({ length: cells }, (_unused, cell) => {
        return (row[4 * Math.floor((width * (cell + 0.5)) / cells) + 1] ?? 0) >= 128;
      });
      const isWhole = isSet.slice(0, bits).every((bit, index) => bit !== isSet[bits + index]);
      if (isWhole) drawn.push([isSet.slice(0, bits).reduce((sum, bit) => sum * 2 + Number(bit), 0), atMs]);
    };
  }, frameStripe);
}
