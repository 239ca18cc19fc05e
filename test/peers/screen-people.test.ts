/** People at the screen, by touch: the first administrator, in and out, and the PIN that an action asks for. */
import { join } from "node:path";
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { livePicture, tooSmall } from "../support/page.ts";
import { describePeer, launchChromium, temporaryDirectory } from "../support/peers.ts";
import { type Box, type Json, startScopeline, until } from "../support/scopeline.ts";

const PIN = "258036";

const enter = async (page: Page, pin: string): Promise<void> => {
  for (const digit of pin) await page.getByTestId(`pin-${digit}`).tap();
  await page.getByTestId("pin-ok").tap();
};

/** How far each capture of the newest procedure is, by its number. */
async function progress(box: Box): Promise<unknown[]> {
  const { procedures } = await box.get<{ procedures: Json[] }>("/api/procedures?limit=1");
  const { captures } = await box.get<{ captures: Json[] }>(`/api/procedures/${procedures[0]?.id}`);
  return captures.toSorted((a, b) => Number(a.number) - Number(b.number)).map((capture) => capture.progress);
}

async function keep(page: Page, box: Box, all: readonly string[]): Promise<void> {
  await page.getByTestId("capture").tap();
  await until(all.join(", "), async () => String(await progress(box)) === String(all));
}

describePeer("people at the screen", ["chromium"], () => {
  it("set an administrator, sign out, and give their PIN where an action needs it", { timeout: 120_000 }, async () => {
    await using directory = await temporaryDirectory();
    await using box = await startScopeline({
      directory: join(directory.path, "box"),
      input: { width: 640, height: 360, fps: 25 },
    });
    await box.live();
    await using browser = await launchChromium();
    const page = await browser.newPage({ viewport: { width: 1920, height: 1080 }, hasTouch: true });
    const faults: string[] = [];
    page.on("pageerror", ({ message }) => faults.push(message));
    const deletions: number[] = [];
    page.on("response", (response) => {
      if (response.request().method() === "DELETE" && response.url().includes("/captures/")) {
        deletions.push(response.status());
      }
    });
    await page.goto(`${box.url}/?kiosk`);
    await livePicture(page);

    // Nobody is set up: that is said, and pictures are kept all the same.
    const notice = page.getByTestId("problem").filter({ hasText: "No administrator is set" });
    await notice.waitFor();
    await keep(page, box, ["saved"]);
    await keep(page, box, ["saved", "saved"]);

    // What needs somebody leads there, and is done once there is one: here given up.
    const askToDelete = async (): Promise<void> => {
      await page.getByTestId("capture-item").first().tap();
      await page.getByTestId("delete-capture").tap();
      await page.getByTestId("delete-reason").first().tap();
    };
    await askToDelete();
    await page.getByTestId("person-name").waitFor();
    await page.getByTestId("sign-in-cancel").tap();
    await page.getByText("An administrator must be set first").waitFor();
    expect(await progress(box)).toEqual(["saved", "saved"]);
    await page.getByTestId("nav-patient").tap();
    await page.getByTestId("nav-live").tap();

    await page.getByTestId("sign-in").tap();
    await page.getByTestId("person-name").fill("Anna Berg");
    await page.getByTestId("role-operator").tap();
    expect(await tooSmall(page)).toEqual([]);
    await page.getByTestId("choose-pin").tap();
    await enter(page, PIN);
    await enter(page, "999999");
    await page.getByText("The two were not the same").waitFor();
    await enter(page, PIN);
    await enter(page, PIN);
    await page.getByTestId("sign-out").waitFor();
    expect(await page.getByTestId("sign-out").textContent()).toContain("AB");
    expect(await page.getByTestId("pin-pad").count()).toBe(0);
    await notice.waitFor({ state: "detached" });
    // What one wants of the screen goes with oneself, and stays behind nowhere.
    const looks = async (theme: string, hand: string): Promise<void> => {
      await page.waitForFunction(
        ([wanted, side]) => {
          const { left = 0 } = document.querySelector("[data-testid=capture]")?.getBoundingClientRect() ?? {};
          return document.documentElement.dataset.theme === wanted && left < innerWidth / 2 === (side === "left");
        },
        [theme, hand],
      );
    };
    await looks("dark", "right");
    await page.getByTestId("show-settings").tap();
    await page.getByTestId("theme-bright").tap();
    await looks("bright", "right");
    await page.getByTestId("hand-left").tap();
    await looks("bright", "left");

    // Users: another one, with a first PIN.
    await page.getByTestId("users").tap();
    await page.getByTestId("add-user").tap();
    await page.getByTestId("person-name").fill("Nurse 7");
    await page.getByTestId("choose-pin").tap();
    await enter(page, "1357");
    await enter(page, "1357");
    await page.getByTestId("user").filter({ hasText: "Nurse 7" }).waitFor();
    await page.getByTestId("user").filter({ hasText: "Nurse 7" }).getByTestId("change-user").tap();
    await page.getByTestId("disable-user").tap();
    await page.getByTestId("user").filter({ hasText: "Disabled" }).waitFor();
    await page.getByTestId("users-close").tap();
    await page.getByTestId("settings-close").tap();
    await page.getByTestId("sign-out").tap();
    await page.getByTestId("sign-in").waitFor();
    await looks("dark", "right");

    // Deleting asks who it is; a wrong PIN is told, and CAPTURE works beside it.
    deletions.length = 0;
    await askToDelete();
    await page.getByTestId("person").tap();
    expect(await tooSmall(page)).toEqual([]);
    await enter(page, "2468");
    await page.getByText("4 tries are left").waitFor();
    await keep(page, box, ["saved", "saved", "saved"]);
    // A scanner types fast, a person does not.
    const dots = () => page.getByTestId("pin-dots").getAttribute("data-count");
    await page.keyboard.type("9260123456");
    await page.keyboard.press("Enter");
    expect(await dots()).toBe("0");
    await page.getByTestId("pin-2").tap();
    await page.getByTestId("pin-erase").tap();
    expect(await dots()).toBe("0");
    await enter(page, PIN);
    await until("one is deleted", async () => String(await progress(box)) === "saved,deleted,saved");
    // The box has done it before the browser tells of its answer.
    await until("its answer", async () => deletions.length > 1);
    expect(deletions).toEqual([401, 200]);

    // Five wrong ones lock; the right one does not open it, and nothing is done.
    await page.getByTestId("sign-out").tap();
    await page.getByTestId("sign-in").waitFor();
    await askToDelete();
    await page.getByTestId("person").tap();
    for (const words of ["4 tries", "3 tries", "2 tries", "One more wrong try locks it", "locked until"]) {
      await enter(page, "2468");
      await page.getByText(words).waitFor();
    }
    await enter(page, PIN);
    await page.getByText("locked until").waitFor();
    await page.getByTestId("sign-in-cancel").tap();
    await page.getByText("Sign in with your PIN to do this.").waitFor();
    expect(await progress(box)).toEqual(["saved", "deleted", "saved"]);
    expect(deletions).toEqual([401, 200, 401]);
    expect(faults).toEqual([]);
  });
});
