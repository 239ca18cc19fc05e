/** Every screen in every state: read by axe in both themes, and whole on every panel that a room may have. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
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

/** `SCOPELINE_LANGUAGES=de,ar` walks in these; each takes minutes. */
const languages = (process.env.SCOPELINE_LANGUAGES ?? "en").split(",");

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
    const found = (await galleryPlaces(page, site.url)).filter((one) => one.includes(only));
    const places = languages.flatMap((language) =>
      found.map((one) => ({ one: `${one}/dark/${language}`, name: language === "en" ? one : `${one} ${language}` })),
    );
    expect(places.length).toBeGreaterThan(0);
    await bringAxe(page);
    if (pictures) await mkdir(pictures, { recursive: true });
    const note = (found: readonly string[]) => faults.push(...found.map((fault) => `${place}: ${fault}`));
    for (const { one, name } of places) {
      place = name;
      await showPlace(page, one);
      for (const theme of ["dark", "bright"]) {
        place = `${name} ${theme}`;
        await turnTheme(page, theme);
        note(await axeFinds(page));
        await keepPicture(page, place);
      }
      for (const panel of panels) {
        place = `${name} at ${panel.width}`;
        await turnPanel(page, panel);
        note([...(await tooSmall(page)), ...(await misplaced(page))]);
        if (panel !== panels[0]) await keepPicture(page, place);
      }
      await turnPanel(page, panels[0]);
    }
    expect(faults.join("\n")).toBe("");
  });

  it("is drawn as this browser was told: colours, the size of the glass, and the focus where it was", async () => {
    await using site = await serveScreen();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: panels[0] });
    await page.goto(site.url);
    await galleryPlaces(page, site.url);
    const html = page.locator("html");
    const mm = () => html.evaluate((element) => Number.parseFloat(element.style.getPropertyValue("--mm")));
    const focused = () =>
      page.evaluate(() => document.activeElement?.getAttribute("data-testid") ?? document.activeElement?.role);
    await showPlace(page, "/dev/gallery/live/procedure");

    // By keys: into the sheet, and back to where they came from. What it covers is out of their reach, CAPTURE is not.
    await page.getByTestId("complete").press("Enter");
    await page.waitForFunction(() => document.activeElement?.role === "dialog");
    expect(await page.getByTestId("look-back").evaluate((element) => element.closest("[inert]") !== null)).toBe(true);
    expect(await page.getByTestId("capture").evaluate((element) => element.closest("[inert]") !== null)).toBe(false);
    await page.keyboard.press("Escape");
    expect(await focused()).toBe("complete");
    expect(await page.locator("[inert]").count()).toBe(0);

    // The theme of this browser goes before what the box says.
    await page.getByTestId("show-settings").click();
    await page.getByTestId("theme-bright").click();
    await page.waitForFunction(() => document.documentElement.dataset.theme === "bright");
    expect(await page.locator("body").evaluate((body) => getComputedStyle(body).backgroundColor)).toBe(
      "rgb(238, 241, 244)",
    );

    // A card on the glass: the bar grows as the panel is said to be smaller, and sizes follow once that is kept.
    expect(await mm()).toBeCloseTo(5.56, 2);
    await page.getByTestId("measure-panel").click();
    const bar = async () => (await page.getByTestId("card-bar").boundingBox())?.width ?? 0;
    expect(await bar()).toBeCloseTo(85.6 * (await mm()), 0);
    await page.getByTestId("panel-inches").fill("13.3");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => (document.querySelector("[data-testid=card-bar]")?.clientWidth ?? 0) > 530);
    expect(await mm()).toBeCloseTo(5.56, 2);
    await page.getByTestId("keep-panel").click();
    await page.getByTestId("measure-panel").waitFor();
    expect(await mm()).toBeCloseTo(6.52, 2);

    // Both are there after a reload.
    await page.reload();
    await page.waitForFunction(() => document.documentElement.dataset.theme === "bright");
    expect(await mm()).toBeCloseTo(6.52, 2);
  });

  it("loads no more than 250 KB of script before the first picture", async () => {
    const dist = join(import.meta.dirname, "../../ui/dist");
    const html = await readFile(join(dist, "index.html"), "utf8");
    const scripts = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map(([, file]) => String(file));
    expect(scripts.length).toBeGreaterThan(0);
    const sizes = await Promise.all(scripts.map(async (file) => gzipSync(await readFile(join(dist, file))).length));
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThanOrEqual(250_000);
  });
});
