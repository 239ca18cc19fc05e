import type { Page } from "playwright-core";
import { frameStripe } from "../../src/capture/input/frame-stripe.ts";
import { type Box, until } from "./scopeline.ts";

/** Signs a user of every role in on this page. */
export async function signInPage(page: Page, box: Box): Promise<void> {
  const [name = "", value = ""] = (await box.signIn()).split("=");
  await page.context().addCookies([{ name, value, url: box.url, httpOnly: true, sameSite: "Strict" }]);
}

/**
 * At each press on the capture button, before the page's own code runs, reads the burned-in number off the canvas as it
 * is painted at that instant. `readPressed` gives the numbers so far.
 */
export async function watchPresses(page: Page): Promise<void> {
  await page.evaluate(({ bits, cells, heightRatio }) => {
    const pressed: (number | null)[] = [];
    Object.assign(globalThis, { pressedStripes: pressed });
    const read = (): number | null => {
      const canvas = document.querySelector<HTMLCanvasElement>("[data-testid=live-canvas]");
      const context = canvas?.getContext("2d");
      if (!canvas || !context) return null;
      const { width, height } = canvas;
      const row = context.getImageData(0, Math.floor(height - (height * heightRatio) / 2), width, 1).data;
      const values = Array.from(
        { length: cells },
        (_unused, cell) => row[4 * Math.floor((width * (cell + 0.5)) / cells) + 1] ?? 128,
      );
      if (values.some((value) => value > 96 && value < 160)) return null;
      const set = values.map((value) => value >= 160);
      if (set.slice(0, bits).some((bit, index) => bit === set[bits + index])) return null;
      return set.slice(0, bits).reduce((number, bit) => number * 2 + Number(bit), 0);
    };
    window.addEventListener(
      "pointerdown",
      (event) => {
        const target = event.target instanceof Element ? event.target.closest("[data-testid=capture]") : null;
        if (target) pressed.push(read());
      },
      { capture: true },
    );
  }, frameStripe);
}

export async function readPressed(page: Page): Promise<(number | null)[]> {
  return page.evaluate(() => (globalThis as unknown as { pressedStripes: (number | null)[] }).pressedStripes);
}

/** Waits until the page paints live frames. */
export async function livePicture(page: Page): Promise<void> {
  const seq = () => page.getByTestId("live-canvas").getAttribute("data-seq");
  const first = await seq();
  await until("painted frames", async () => {
    const now = await seq();
    return now !== null && now !== "" && now !== first;
  });
}

/** Interactive things in sight that are smaller than 20 × 20 mm of glass (CAPTURE and RECORD: 40 × 25). */
export function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const mm = Number.parseFloat(document.documentElement.style.getPropertyValue("--mm"));
    const large = new Set(["capture", "record"]);
    return [...document.querySelectorAll("button, a, input")].flatMap((element) => {
      const { width, height } = element.getBoundingClientRect();
      const name = element.getAttribute("data-testid") ?? element.textContent;
      const [wide, high] = large.has(name) ? [40, 25] : [20, 20];
      const fits = width >= wide * mm - 1 && height >= high * mm - 1;
      return width === 0 || fits ? [] : [`${name}: ${(width / mm).toFixed(1)} x ${(height / mm).toFixed(1)} mm`];
    });
  });
}
