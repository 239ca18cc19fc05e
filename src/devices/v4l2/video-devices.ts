/** The video devices of this machine, as the kernel lists them in sysfs: it works with udev and without. */
import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { identitiesOf } from "./identity.ts";
import type { IdentifiedDevice, VideoDevice } from "./video-device.ts";

/** Where to look; tests have trees of their own. */
export interface DeviceTree {
  /** Usually `/sys`. */
  readonly sys: string;
  /** Usually `/dev`. */
  readonly dev: string;
}

export const thisMachine: DeviceTree = { sys: "/sys", dev: "/dev" };
const mostDevices = 64;
const longestText = 200;

/** Every video device with its identities, by number. One that vanishes meanwhile is left out; none: an empty list. */
export async function videoDevices(tree: DeviceTree = thisMachine): Promise<IdentifiedDevice[]> {
  const folder = join(tree.sys, "class/video4linux");
  const names = (await namesIn(folder)).filter((name) => /^video\d{1,4}$/.test(name)).sort(byNumber);
  const links = await udevLinks(tree.dev);
  const read = await Promise.all(names.slice(0, mostDevices).map((name) => readDevice(tree, folder, name, links)));
  const devices = read.filter((device) => device !== null);
  return devices.map((device) => ({ ...device, ids: identitiesOf(device, devices) }));
}

async function readDevice(
  tree: DeviceTree,
  folder: string,
  name: string,
  links: ReadonlyMap<string, readonly string[]>,
): Promise<VideoDevice | null> {
  try {
    const real = await realpath(join(folder, name));
    // …/1-2:1.0/video4linux/video0: what the driver is bound to is two above.
    const parent = dirname(dirname(real));
    const device = join(tree.dev, name);
    return {
      device,
      name: (await textOf(join(real, "name"))) ?? name,
      index: Number(await textOf(join(real, "index"))) || 0,
      busPath: relative(join(await realpath(tree.sys), "devices"), parent),
      usb: await usbOf(parent),
      links: links.get(device) ?? [],
    };
  } catch {
    return null;
  }
}

/** An interface of a USB device stands directly below it. */
async function usbOf(parent: string): Promise<VideoDevice["usb"]> {
  const usb = dirname(parent);
  const [vendor, product, serial] = await Promise.all(
    ["idVendor", "idProduct", "serial"].map((name) => textOf(join(usb, name))),
  );
  return vendor && product ? { vendor, product, serial: serial || null } : null;
}

async function udevLinks(dev: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  for (const folder of ["by-id", "by-path"].map((name) => join(dev, "v4l", name))) {
    for (const name of (await namesIn(folder)).sort().slice(0, mostDevices)) {
      const target = await realpath(join(folder, name)).catch(() => null);
      if (target === null) continue;
      const device = join(dev, basename(target));
      found.set(device, [...(found.get(device) ?? []), join(folder, name)]);
    }
  }
  return found;
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

/** The text of a small file of the kernel, on one line; null: it is not there. What a device says is not to be trusted. */
async function textOf(file: string): Promise<string | null> {
  const text = await readFile(file, "utf8").catch(() => null);
  return text === null
    ? null
    : text
        .replace(/[\p{Cc}\s]+/gu, " ")
        .trim()
        .slice(0, longestText);
}

function byNumber(a: string, b: string): number {
  return Number(a.slice("video".length)) - Number(b.slice("video".length));
}
