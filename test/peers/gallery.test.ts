/** Every screen in every state: read by axe in both themes, and whole on every panel that a room may have. */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { axeFinds, bringAxe, galleryPlaces, misplaced, showPlace, turnPanel, turnTheme } from "../support/gallery.ts";
import { tooSmall } from "../support/page.ts";
import { describePeer, launchChromium } from "../support/peers.ts";
import { serveScreen } from "../support/static-site.ts";

const panels = [
  { width: 1920, height: 1080 },
  { width: 1280, height: 800 },
  { width: 1024, height: 600 },
] as const;

/** `SCOPELINE_SCREENSHOTS=folder` keeps a picture of every state in both themes, and on the smaller panels. */
const pictures = process.env.SCOPELINE_SCREENSHOTS;

async function keepPicture(page: Page, place: string): Promise<void> {
  const name = place.replace("/dev/gallery/", "").replaceAll(/[/ ]/g, "-");
  if (pictures) await page.screenshot({ path: join(pictures, `${name}.png`) });
}

/** `SCOPELINE_GALLERY=live` looks only at places with that in them. */
const only = process.env.SCOPELINE_GALLERY ?? "";

describePeer("the gallery", ["chromium"], () => {
  it("has nothing that axe finds, nothing too small for a glove, and nothing cut off", {
    timeout: 600_000,
  }, async () => {
    await using site = await serveScreen();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: panels[0] });
    const faults: string[] = [];
    let place = "";
    page.on("pageerror", ({ message }) => faults.push(`${place}: ${message}`));
    page.on("request", (request) => {
      const url = request.url();
      if (!/^(data|blob):/.test(url) && !url.startsWith(site.url)) faults.push(`${place}: asks ${url}`);
    });
    const places = (await galleryPlaces(page, site.url)).filter((one) => one.includes(only));
    expect(places.length).toBeGreaterThan(0);
    await bringAxe(page);
    if (pictures) await mkdir(pictures, { recursive: true });
    const note = (found: readonly string[]) => faults.push(...found.map((fault) => `${place}: ${fault}`));
    for (const one of places) {
      place = one;
      await showPlace(page, one);
      for (const theme of ["dark", "bright"]) {
        place = `${one} ${theme}`;
        await turnTheme(page, theme);
        note(await axeFinds(page));
        await keepPicture(page, place);
      }
      for (const panel of panels) {
        place = `${one} at ${panel.width}`;
        await turnPanel(page, panel);
        note([...(await tooSmall(page)), ...(await misplaced(page))]);
        if (panel !== panels[0]) await keepPicture(page, place);
      }
      await turnPanel(page, panels[0]);
    }
    expect(faults.join("\n")).toBe("");
  });
});
