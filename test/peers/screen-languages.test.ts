/** The screen in other languages, tried in Chromium on a running box: chosen without a reload, remembered, mirrored. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { livePicture, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, startHospital, temporaryDirectory } from "../support/peers.ts";
import { startScopeline, until } from "../support/scopeline.ts";

const large = { width: 1920, height: 1080 };
const sizes = [large, { width: 1280, height: 800 }];

/** Buttons, headings and labels that do not come from the pseudo language, where every word is in brackets. */
function unspoken(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const data = "bdi, time, [data-testid=worklist-row] span, [data-testid=capture-item] b";
    return [...document.querySelectorAll("button, a, h1, h2, h3, label, legend, strong, dt")].flatMap((element) => {
      const own = element.cloneNode(true);
      if (!(own instanceof Element) || element.closest("bdi, ol, [data-testid=worklist-row]")) return [];
      for (const part of own.querySelectorAll(data)) part.remove();
      let words = `${own.textContent} ${element.getAttribute("aria-label") ?? ""}`;
      // One sentence may stand within another.
      while (/\[[^[\]]*\]/.test(words)) words = words.replaceAll(/\[[^[\]]*\]/g, "");
      return /\p{L}/u.test(words) ? [words.trim()] : [];
    });
  });
}

/** Words that are cut off at the edge of what they stand in. */
function clipped(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll("button, button > span, a, h1, h2, h3, strong, dt, dd")].flatMap((element) => {
      const { overflowX, display, position } = getComputedStyle(element);
      // What is there for those who do not look is one pixel wide.
      if (display === "inline" || position === "absolute" || element.clientWidth <= 1) return [];
      const isCut = element.scrollWidth > element.clientWidth + 1 && overflowX !== "auto";
      return isCut ? [element.textContent] : [];
    }),
  );
}

describePeer("the screen", ["chromium"], () => {
  it("speaks what is chosen at once, keeps what is on it, and mirrors everything but picture and time", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    const node = { name: "Hospital", aeTitle: hospital.aeTitle, port: hospital.dicomPort };
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      input: { width: 1280, height: 720, fps: 15 },
      nodes: [{ ...node, roles: ["storage", "worklist"] }],
    });
    await box.live();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: large, screen: large });
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    const language = () => page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dir}`);
    await page.goto(box.url);
    await livePicture(page);
    expect(await language()).toBe("en ltr");
    await page.getByTestId("nav-patient").click();
    await page.getByTestId("worklist-row").first().click();
    const name = await page.getByTestId("confirm").locator("bdi").first().textContent();
    await page.getByTestId("confirm-start").click();
    await page.getByTestId("record").click();
    await page.getByTestId("rec").waitFor();

    // Japanese, in the middle of a recording and with a sheet open; nothing is loaded anew.
    await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
    await page.getByTestId("show-settings").click();
    await page.getByTestId("language-ja").click();
    await until("Japanese", async () => (await language()) === "ja ltr");
    expect(await page.getByTestId("nav-live").textContent()).toBe("ライブ");
    expect(await page.getByTestId("settings-close").textContent()).toBe("閉じる");
    expect(await page.getByTestId("language-ja").getAttribute("aria-checked")).toBe("true");

    // Arabic, from the right; the name is data, and the picture and a clip's time stay as they are.
    await page.getByTestId("language-ar").click();
    await until("Arabic", async () => (await language()) === "ar rtl");
    await page.getByTestId("settings-close").click();
    await page.getByTestId("record").click();
    await page.locator("[data-testid=capture-item][data-progress=saved]").click();
    await page.getByTestId("viewer-clip").waitFor();
    expect(await page.evaluate(() => "isSamePage" in globalThis)).toBe(true);
    expect(await page.getByTestId("patient-banner").locator("bdi").first().textContent()).toBe(name);
    const side = async (id: string) => (await page.getByTestId(id).boundingBox())?.x ?? Number.NaN;
    expect(await side("nav-patient")).toBeGreaterThan(await side("nav-history"));
    expect(await side("capture")).toBeLessThan(await side("viewer-clip"));
    const position = page.locator("input[type=range]");
    expect(await position.evaluate((slider) => getComputedStyle(slider).direction)).toBe("ltr");
    const mirrored = await page.evaluate(() =>
      [...document.querySelectorAll("canvas, video, img")].filter((picture) => {
        for (let at: Element | null = picture; at !== null; at = at.parentElement) {
          const { transform, scale } = getComputedStyle(at);
          if (transform !== "none" || scale !== "none") return true;
        }
        return false;
      }),
    );
    expect(mirrored).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);

    // Remembered on this browser; the box itself still says English to another.
    await page.reload();
    await until("Arabic again", async () => (await language()) === "ar rtl");
    expect((await box.get<{ screen: { language: string } }>("/api/health")).screen.language).toBe("en");

    // Two fifths longer than English: nothing is cut off, and no button has words that no language file holds.
    for (const size of sizes) {
      await page.setViewportSize(size);
      for (const screen of ["live", "patient", "outbox", "history"]) {
        await page.goto(`${box.url}/?lang=pseudo&${screen}#/${screen}`);
        await page.getByTestId(`nav-${screen}`).getByText("[").waitFor();
        await page.locator("main").waitFor();
        expect([size.width, screen, await clipped(page), await unspoken(page)]).toEqual([size.width, screen, [], []]);
      }
    }
    expect(faults).toEqual([]);
  });
});
