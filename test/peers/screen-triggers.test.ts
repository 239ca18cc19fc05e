/** A pedal beside a screen: learned by touch and foot, and its refusals seen. */
import { execFile } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { inputEvent } from "../../src/triggers/input-event.fixture.ts";
import { livePicture, signInPage, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { type Json, startScopeline, until } from "../support/scopeline.ts";

const run = promisify(execFile);

describePeer("the screen and a pedal", ["chromium"], () => {
  it("learns a pedal, shows what it kept and what it was refused, and forgets it", { timeout: 120_000 }, async () => {
    await using directory = await temporaryDirectory();
    const input = join(directory.path, "input");
    await mkdir(input);
    await run("mkfifo", [join(input, "event0")]);
    await using pedal = await open(join(input, "event0"), "r+");
    let seconds = 1_000;
    const press = async (code: number): Promise<void> => {
      seconds += 1;
      await pedal.write(inputEvent({ type: 1, code, value: 1, seconds }));
      await pedal.write(inputEvent({ type: 1, code, value: 0, seconds, microseconds: 90_000 }));
    };
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      input: { width: 640, height: 360, fps: 25 },
      settings: { triggers: { inputFolder: input } },
    });
    await box.live();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, hasTouch: true });
    await signInPage(page, box);
    await page.goto(`${box.url}/?kiosk`);
    await page.getByTestId("nav-outbox").tap();
    await page.getByTestId("outbox-nodes").tap();
    const learn = async (action: string, code: number, many: number): Promise<void> => {
      await page.getByTestId(`learn-${action}`).tap();
      await page.getByTestId("cancel-learning").waitFor();
      await until("that it learns", async () => (await box.get<Json>("/api/triggers")).isLearning === true);
      await press(code);
      await until(`${many} triggers`, async () => (await page.getByTestId("trigger").count()) === many);
    };
    await learn("still", 48, 1);
    await learn("marker", 46, 2);
    expect(await page.getByTestId("trigger").first().textContent()).toContain("event0, B.");
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("learn-clip").tap();
    await page.getByTestId("cancel-learning").tap();
    await page.getByTestId("learn-clip").waitFor();

    await page.getByTestId("nav-live").tap();
    await livePicture(page);
    await press(48);
    await page.locator("[data-testid=capture-item][data-progress=saved]").waitFor();
    expect(await page.getByTestId("press-failed").count()).toBe(0);
    await press(46);
    await page.getByTestId("press-failed").waitFor();
    expect(await page.getByTestId("press-failed").textContent()).toContain("only a running clip can be marked");
    // It is over the screen, but CAPTURE stays.
    await page.getByTestId("capture").tap();
    await until("two stills", async () => (await page.getByTestId("capture-item").count()) === 2);
    await press(48);
    await page.getByTestId("press-failed").waitFor({ state: "detached" });

    await page.getByTestId("nav-outbox").tap();
    await page.getByTestId("outbox-nodes").tap();
    await page.getByTestId("forget-trigger").first().tap();
    await until("one trigger", async () => (await page.getByTestId("trigger").count()) === 1);
  });
});
