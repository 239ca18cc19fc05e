/** The video card of the guest: the kernel's vivid driver, driven as a hand drives a plug. */
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./run.ts";

const driver = "/sys/bus/platform/drivers/vivid";
const name = "vivid.0";

/** The card by its socket, whatever number the device has. */
export const cardIdentity = `id:path:platform/${name}`;

export interface CardMode {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** For v4l2-ctl, before anybody reads. */
  readonly settings: readonly string[];
}

/** A camera's input, small enough for an emulated processor; the reader asks for size and rate. */
export const home: CardMode = { width: 640, height: 360, fps: 15, settings: ["--set-input", "0"] };
/** The HDMI input with a signal of 720x576 at 50 Hz: whatever the reader asks for, this is what comes. */
export const hdmi: CardMode = {
  ...{ width: 720, height: 576, fps: 50 },
  settings: ["--set-input", "1", "--set-dv-bt-timings", "index=2"],
};

/** Takes the plug out: the driver lets go of the device while it is being read. */
export async function unplug(): Promise<void> {
  await writeFile(join(driver, "unbind"), name);
}

/** Holds the number of the card, which is in: as long as this is open the card gets another one when it is plugged in anew. */
export async function holdNumber(): Promise<AsyncDisposable> {
  return open(await deviceOfCard(), "r");
}

/** Puts it in again, in that mode. Resolves with the device that it is now. */
export async function plugIn(mode: CardMode): Promise<string> {
  if (!(await readdir(driver)).includes(name)) await writeFile(join(driver, "bind"), name);
  const device = await deviceOfCard();
  await run("v4l2-ctl", ["-d", device, ...mode.settings]);
  return device;
}

/** Pulls the HDMI cable out of the card, which stays where it is. */
export async function pullCable(): Promise<void> {
  await run("v4l2-ctl", ["-d", await deviceOfCard(), "--set-ctrl", "dv_timings_signal_mode=1"]);
}

/** What the card says of itself, by its driver. */
export async function describeCard(device: string): Promise<{ card: string; formats: number }> {
  const info = await run("v4l2-ctl", ["-d", device, "--info"]);
  const formats = await run("v4l2-ctl", ["-d", device, "--list-formats"]);
  return {
    card: /Card type\s*:\s*(.*)/.exec(info)?.[1]?.trim() ?? "",
    formats: [...formats.matchAll(/'(....)'/g)].length,
  };
}

async function deviceOfCard(): Promise<string> {
  const folder = "/sys/class/video4linux";
  for (const entry of await readdir(folder)) {
    if ((await readFile(join(folder, entry, "name"), "utf8")).startsWith("vivid")) return join("/dev", entry);
  }
  throw new Error("the driver vivid has made no video device");
}
