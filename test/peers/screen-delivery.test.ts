/** From "sent" to "safe" as a person at the screen sees it: in Chromium, by touch, against the simulated hospital. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { livePicture, signInPage, tooSmall } from "../support/page.ts";
import {
  describePeer,
  launchChromium,
  type RunningHospital,
  startHospital,
  temporaryDirectory,
} from "../support/peers.ts";
import { type Box, type BoxNode, startScopeline, until } from "../support/scopeline.ts";

interface ShownCapture {
  readonly id: string;
  readonly sha256: string;
  readonly progress: string;
}

async function start(directory: string, hospital: RunningHospital, roles: BoxNode["roles"]): Promise<Box> {
  const node = { name: "Archive", aeTitle: hospital.aeTitle, port: hospital.dicomPort };
  const box = await startScopeline({
    directory: join(directory, "box"),
    input: { width: 640, height: 360, fps: 15 },
    nodes: [{ ...node, roles }],
  });
  await hospital.setPeers({ SCOPELINE: { host: "127.0.0.1", port: box.dicomPort } });
  await box.live();
  return box;
}

const tiles = (page: Page, progress: string) => page.locator(`[data-testid=capture-item][data-progress=${progress}]`);
const shown = (page: Page, progress: string, many = 1) =>
  until(`${many} ${progress}`, async () => (await tiles(page, progress).count()) === many);

/** A procedure for the first patient of the list with one still, up to the sheet that asks whether to complete it. */
async function captureOne(page: Page): Promise<void> {
  await page.getByTestId("nav-patient").tap();
  await page.getByTestId("worklist-row").first().tap();
  await page.getByTestId("confirm-start").tap();
  await page.getByTestId("patient-banner").waitFor();
  await livePicture(page);
  await page.getByTestId("capture").tap();
  await shown(page, "saved");
  await page.getByTestId("complete").tap();
}

async function completeAndSend(page: Page): Promise<void> {
  await page.getByTestId("complete-confirm").tap();
  await page.getByTestId("release-now").tap();
}

/** All captures of the newest procedure, as the API tells them. */
async function newestCaptures(box: Box): Promise<ShownCapture[]> {
  const { procedures } = await box.get<{ procedures: { id: string }[] }>("/api/procedures?limit=1");
  return (await box.get<{ captures: ShownCapture[] }>(`/api/procedures/${procedures[0]?.id}`)).captures;
}

const screen = { width: 1920, height: 1080 };

describePeer("the screen about delivery", ["chromium"], () => {
  it("says safe only after the archive's promise, and the story tells every step to it", {
    timeout: 120_000,
  }, async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    await using box = await start(directory.path, hospital, ["worklist", "storage", "mpps", "commitment"]);
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: screen, hasTouch: true });
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await signInPage(page, box);
    await page.goto(box.url);

    // It has the picture, and does not promise it: nothing on the screen may look as if it had.
    await hospital.setFaults([{ kind: "commitment-refuse", status: "0110" }]);
    await captureOne(page);
    await completeAndSend(page);
    await shown(page, "sent");
    await until("it is asked", async () => (await hospital.commitments()).length > 0);
    expect(await hospital.archive()).toHaveLength(1);
    expect(await tiles(page, "safe").count()).toBe(0);
    expect(await tiles(page, "sent").textContent()).toMatch(/Sent$/);
    await page.getByTestId("nav-outbox").tap();
    await page.getByTestId("show-each").first().tap();
    const row = page.locator("[data-testid=delivery][data-kind=instance]");
    expect(await row.textContent()).not.toContain("Safe");
    const group = page.getByTestId("outbox-group");
    await until("0 of 1 safe", async () => (await group.textContent())?.includes("0 of 1 safe") === true);

    await hospital.setFaults([]);
    await until("1 of 1 safe", async () => (await group.textContent())?.includes("1 of 1 safe") === true, 60_000);
    expect(await row.textContent()).toContain("Safe");
    const reports = (await hospital.commitments()).flatMap((transaction) => transaction.reports);
    expect(reports.length).toBeGreaterThan(0);
    await until(
      "both steps told",
      async () => (await page.locator("[data-kind^=mpps][data-transfer=stored]").count()) === 2,
    );
    expect(await page.locator("[data-kind=mpps-set]").textContent()).toMatch(/Procedure ended.*Told/);

    // The story, from the outbox row: each step in order, with the hash that the API knows.
    await row.getByTestId("open-story").tap();
    await page.getByTestId("story").waitFor();
    const told = (await page.getByTestId("story-event").allTextContents()).join("\n");
    expect(told).toMatch(
      /Pressed.*Saved on this box.*DICOM instance \S+ made.*Archive answered that it stored it.*Archive promised to keep it/s,
    );
    expect(await page.getByTestId("proof").getAttribute("data-state")).toBe("safe");
    const [capture] = await newestCaptures(box);
    const sha256 = capture?.sha256 ?? "none";
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(await page.getByTestId("story").textContent()).toContain(sha256);

    // And as a page to print, in the same place.
    await page.getByTestId("print-receipt").tap();
    const receipt = page.frameLocator("[data-testid=receipt]");
    await receipt.locator("body").waitFor();
    expect(await receipt.locator("body").textContent()).toContain(sha256);
    await page.getByTestId("receipt-close").tap();
    await page.getByTestId("story-close").tap();
    await page.getByTestId("nav-live").tap();
    await shown(page, "safe");

    // Removed from this box when it was old enough, it is still there to read about, not a broken picture.
    await page.route("**/api/procedures/*", async (route) => {
      const response = await route.fetch();
      const procedure: { captures?: object[] } = await response.json();
      const captures = procedure.captures?.map((one) => ({ ...one, fileRemovedAt: Date.UTC(2026, 11, 24, 12) }));
      await route.fulfill({ response, json: { ...procedure, captures } });
    });
    await page.getByTestId("nav-history").tap();
    await page.getByTestId("history-row").first().tap();
    const removed = tiles(page, "safe");
    await until("removed", async () => (await removed.textContent())?.includes("Removed from this box") === true);
    expect(await removed.locator("img").count()).toBe(0);
    await removed.tap();
    const viewer = page.getByRole("dialog");
    expect(await viewer.textContent()).toContain("Safe, removed from this box on 24-Dec-2026");
    await viewer.getByTestId("open-story").tap();
    await page.getByTestId("story").waitFor();
    expect(faults).toEqual([]);
  });

  it("sends what the archive refused in another form, by touch, and keeps the refusal under it", {
    timeout: 120_000,
  }, async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    await using box = await start(directory.path, hospital, ["worklist", "storage", "commitment"]);
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: screen, hasTouch: true });
    await page.goto(box.url);
    const peerWords = "no such objects here";
    await hospital.setFaults([{ kind: "status", status: "A900", errorComment: peerWords }]);
    await captureOne(page);
    await completeAndSend(page);
    await shown(page, "held");
    expect(await hospital.archive()).toEqual([]);

    // The cause and the cure are in sight without a tap, the archive's own words only under Details.
    await page.getByTestId("nav-outbox").tap();
    const group = page.getByTestId("outbox-group");
    await until("the cause", async () => (await group.textContent())?.includes("1 held") === true);
    await page.getByTestId("show-each").tap();
    const held = page.locator("[data-testid=delivery][data-transfer=held]");
    await held.waitFor();
    expect(await held.textContent()).not.toContain(peerWords);
    await held.getByTestId("delivery-details").tap();
    expect(await held.textContent()).toContain(peerWords);
    for (const size of [{ width: 1024, height: 600 }, { width: 1280, height: 800 }, screen]) {
      await page.setViewportSize(size);
      expect(await tooSmall(page)).toEqual([]);
    }

    await hospital.setFaults([]);
    const label = (await held.getByTestId("send-as").textContent())?.replace("Send as ", "") ?? "";
    await held.getByTestId("send-as").tap();
    const safe = page.locator("[data-testid=delivery][data-commitment=committed]");
    await safe.waitFor({ timeout: 60_000 });
    expect(await safe.getByTestId("sent-as").textContent()).toBe(`Instead of the original: ${label}`);
    expect(await page.getByTestId("delivery").count()).toBe(1);
    await safe.getByTestId("delivery-details").tap();
    expect(await safe.getByTestId("replaced").textContent()).toContain(peerWords);
    expect(await hospital.archive()).toHaveLength(1);
    await until("1 of 1 safe", async () => (await group.textContent())?.includes("1 of 1 safe") === true);
  });

  it("ends a procedure as not done with two taps, sends its pictures, and says when safe is only a query's word", {
    timeout: 120_000,
  }, async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: join(directory.path, "hospital") });
    await using box = await start(directory.path, hospital, ["worklist", "storage", "mpps", "query"]);
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: screen, hasTouch: true });
    await page.goto(box.url);
    await captureOne(page);

    // Opening the reasons and going back ends nothing.
    await page.getByTestId("discontinue").tap();
    await page.getByTestId("discontinue-reason").first().waitFor();
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("discontinue-back").tap();
    expect(await page.getByTestId("complete-confirm").isVisible()).toBe(true);
    expect((await hospital.mpps()).map(({ state }) => state)).toEqual(["IN PROGRESS"]);
    // The reason that makes an archive ignore the pictures is not among them.
    await page.getByTestId("discontinue").tap();
    const reason = (code: string) => page.locator(`[data-testid=discontinue-reason][data-code="${code}"]`);
    await reason("110515").waitFor();
    expect(await reason("110514").count()).toBe(0);

    await reason("110515").tap();
    await page.getByTestId("hold-card").waitFor();
    expect(await page.getByTestId("hold-card").textContent()).toContain("Discontinued");
    await page.getByTestId("release-now").tap();
    await until("the step is discontinued", async () => {
      const [step] = await hospital.mpps();
      return step?.state === "DISCONTINUED" && JSON.stringify(step.attributes).includes("110515");
    });
    await shown(page, "safe");
    expect(await tiles(page, "safe").textContent()).toMatch(/Safe, by query$/);
    expect(await hospital.archive()).toHaveLength(1);
    await page.getByTestId("nav-history").tap();
    expect(await page.getByTestId("history-row").first().textContent()).toContain("Discontinued");
  });
});
