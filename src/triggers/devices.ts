import { access, constants, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { isPointer } from "./key-names.ts";

/** A physical device, however many event files it has, and wherever it is plugged in. */
export interface InputDevice {
  readonly id: string;
  /** As it calls itself. */
  readonly name: string;
}

/** One of its event files. */
export interface InputFile extends InputDevice {
  readonly path: string;
  readonly readable: boolean;
}

const mostFiles = 32;
const longestName = 80;

/**
 * The event files in a folder such as /dev/input that belong to devices with keys or buttons. `sysfs` is /sys/class/input;
 * a file it does not know counts as a device of its own.
 */
export async function inputFiles(folder: string, sysfs: string): Promise<InputFile[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names
    .filter((name) => /^event\d{1,5}$/.test(name))
    .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)));
  const found = await Promise.all(files.slice(0, 4 * mostFiles).map((name) => inputFile(folder, sysfs, name)));
  return found.filter((file) => file !== undefined).slice(0, mostFiles);
}

async function inputFile(folder: string, sysfs: string, file: string): Promise<InputFile | undefined> {
  const read = async (name: string): Promise<string> =>
    (await readFile(join(sysfs, file, "device", name), "utf8").catch(() => "")).trim();
  const [name, uniq, bus, vendor, product, keys] = await Promise.all(
    ["name", "uniq", "id/bustype", "id/vendor", "id/product", "capabilities/key"].map(read),
  );
  if (keys && !hasTriggerKeys(keys)) return undefined;
  const path = join(folder, file);
  const readable = await access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
  const device = deviceOf({ file, name, uniq, bus, vendor, product });
  return { ...device, path, readable };
}

interface Facts {
  readonly file: string;
  readonly name?: string | undefined;
  readonly uniq?: string | undefined;
  readonly bus?: string | undefined;
  readonly vendor?: string | undefined;
  readonly product?: string | undefined;
}

/**
 * Vendor, product and serial number: the same in any socket, and the same for all event files of one pedal. Two alike
 * without serial numbers count as one.
 */
export function deviceOf({ file, name, uniq, bus, vendor, product }: Facts): InputDevice {
  const clean = (text: string): string => text.replace(/[^\x20-\x7e]/g, "").slice(0, longestName);
  const shown = clean(name ?? "") || file;
  const isNumbered = /[1-9a-f]/.test(`${vendor}${product}`) && vendor !== undefined && vendor !== "";
  if (isNumbered) {
    const serial = clean(uniq ?? "");
    return { id: `${bus}:${vendor}:${product}${serial === "" ? "" : `:${serial}`}`, name: shown };
  }
  return { id: name ? `name:${shown}` : `file:${file}`, name: shown };
}

/** Of the kernel's bitmap: hexadecimal words of 64 bits, the highest first. */
export function hasTriggerKeys(bitmap: string): boolean {
  const words = bitmap.split(/\s+/).reverse();
  return words.some((word, index) => {
    if (!/^[0-9a-f]{1,16}$/.test(word)) return false;
    const bits = BigInt(`0x${word}`);
    for (let bit = 0; bit < 64; bit++) {
      if ((bits >> BigInt(bit)) & 1n && !isPointer(index * 64 + bit)) return true;
    }
    return false;
  });
}
