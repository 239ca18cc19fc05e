/** What the screen must hold to, whatever happens: rules of the operating room, tried in Chromium on a running box. */
import { join } from "node:path";
import type { Page, Route } from "playwright-core";
import { expect, it } from "vitest";
import { livePicture, signInPage, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, startHospital, temporaryDirectory } from "../support/peers.ts";
import { startScopeline, until } from "../support/scopeline.ts";

/** Whether every one of these is whole on the glass. */
async function outOfSight(page: Page, ids: readonly string[]): Promise<string[]> {
  const size = page.viewportSize() ?? { width: 0, height: 0 };
  const outside: string[] = [];
  for (const id of ids) {
    const box = await page.getByTestId(id).first().boundingBox();
    const inside =
      box && box.x >= 0 && box.y >= 0 && box.x + box.width <= size.width && box.y + box.height <= size.height;
    if (!inside) outside.push(id);
  }
  return outside;
}

describePeer("the screen", ["chromium"], () => {
  it("keeps its rules through a procedure, a press that is not saved, and a lost recorder", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    const node = { name: "Hospital", aeTitle: hospital.aeTitle, port: hospital.dicomPort };
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      // The rules are about the screen: a small picture leaves the processor to the browser.
      input: { width: 640, height: 360, fps: 15 },
      nodes: [{ ...node, roles: ["storage", "worklist"] }],
    });
    await box.live();
    await using browser = await launchChromium();
    const small = { width: 1024, height: 600 };
    const page = await browser.newPage({ viewport: small, screen: small });
    const elsewhere: string[] = [];
    const faults: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(box.url)) elsewhere.push(request.url());
    });
    page.on("pageerror", (error) => faults.push(error.message));
    const go = (screen: string) => page.getByTestId(`nav-${screen}`).click();
    const banner = page.getByTestId("patient-banner");
    const saved = page.locator("[data-testid=capture-item][data-progress=saved]");
    // A box without users says so all the time.
    await signInPage(page, box);
    await page.goto(box.url);
    await livePicture(page);

    // A press before anybody knows for whom: by finger, then by keyboard.
    expect(await banner.textContent()).toContain("NO PATIENT");
    await page.getByTestId("capture").click();
    await until("one saved still", async () => (await saved.count()) === 1);
    await page.getByTestId("capture").press("Enter");
    await until("two saved stills", async () => (await saved.count()) === 2);

    // The patient is chosen afterwards, on a screen of many patients, which shows no banner.
    await go("patient");
    await page.getByTestId("worklist-row").first().waitFor();
    expect(await banner.count()).toBe(0);
    const strip = page.getByTestId("progress-strip");
    await until("both captures in the strip", async () => (await strip.textContent())?.includes("2 captures") === true);
    expect(await tooSmall(page)).toEqual([]);
    const row = page.getByTestId("worklist-row").first();
    const id = await row.getAttribute("data-item-id");
    await row.click();
    const { entries } = await box.get<{ entries: { id: string; patient: { patientId: string } }[] }>("/api/worklist");
    const patientId = entries.find((entry) => entry.id === id)?.patient.patientId ?? "unknown";
    expect(await page.getByTestId("confirm").textContent()).toContain(patientId);
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("confirm-start").click();
    await until("the banner", async () => (await banner.textContent())?.includes(patientId) === true);
    for (const size of [small, { width: 1280, height: 800 }, { width: 1920, height: 1080 }]) {
      await page.setViewportSize(size);
      expect(await tooSmall(page)).toEqual([]);
      expect(
        await outOfSight(page, ["patient-banner", "capture", "record", "complete", "keep-last", "nav-live"]),
      ).toEqual([]);
    }

    // A press that does not arrive is said in red, and is one capture, not two, when it arrives after all.
    await page.route("**/api/stills", (route) => route.abort());
    await page.getByTestId("capture").click();
    await page.getByTestId("not-saved").waitFor();
    expect(await page.getByTestId("not-saved").textContent()).toMatch(/IMAGE 3 NOT SAVED/);
    await page.unroute("**/api/stills");
    await page.getByTestId("not-saved").waitFor({ state: "detached" });
    await until("the third still", async () => (await saved.count()) === 3);

    // Whatever is wrong, the worst is said first, all of it is one tap away, and nothing of it moves or covers CAPTURE.
    const place = () => page.getByTestId("capture").boundingBox();
    const sentence =
      "Something long is wrong, and this says what the cause is and what the person in the room can do. ";
    const wrong = (count: number) => async (route: Route) => {
      const response = await route.fetch();
      const levels = ["notice", "caution", "failure", "caution"];
      const problems = levels.slice(0, count).map((level, at) => ({
        area: "disk",
        level,
        message: `${at} ${level}: ${sentence.repeat(2)}`,
        detail: "0xA700",
      }));
      await route.fulfill({ response, json: { ...(await response.json()), problems } });
    };
    const problems = page.getByTestId("problem");
    const sizes = [small, { width: 1280, height: 800 }];
    const places = async () => {
      const found: Awaited<ReturnType<typeof place>>[] = [];
      for (const size of sizes) {
        await page.setViewportSize(size);
        found.push(await place());
      }
      return found;
    };
    await page.route("**/api/health", wrong(1));
    await problems.first().waitFor();
    const before = await places();
    await page.route("**/api/health", wrong(4));
    await until("the worst first", async () => (await problems.first().getAttribute("data-level")) === "failure");
    expect(await places()).toEqual(before);
    for (const [at, size] of sizes.entries()) {
      await page.setViewportSize(size);
      await page.getByTestId("show-problems").click();
      expect(await page.getByTestId("problems").getByRole("alert").count()).toBe(3);
      expect(await page.getByTestId("problems").textContent()).toContain("0xA700");
      expect(await place()).toEqual(before[at]);
      expect(await outOfSight(page, ["patient-banner", "capture", "record", "complete", "show-problems"])).toEqual([]);
      expect(await tooSmall(page)).toEqual([]);
      await page.getByTestId("capture").click({ trial: true });
      await page.getByTestId("show-problems").click();
    }
    await page.unroute("**/api/health");
    await page.setViewportSize({ width: 1920, height: 1080 });

    // CAPTURE works beside an open sheet.
    await page.getByTestId("complete").click();
    await page.getByTestId("capture").click();
    await until("the fourth still", async () => (await saved.count()) === 4);
    expect(await page.getByTestId("complete-confirm").isVisible()).toBe(true);

    // The picture of a recorder that is gone does not look live.
    await box.kill();
    const picture = page.getByTestId("live-picture");
    await until("lost contact", async () => (await picture.getAttribute("data-state")) === "link-lost");
    expect(await page.getByTestId("status-strip").textContent()).toContain("recording continues");
    expect(elsewhere).toEqual([]);
    expect(faults).toEqual([]);
  });
});
