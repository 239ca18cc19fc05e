import { type DeviceFormats, type FormatPrograms, formatsOf } from "./formats.ts";
import type { IdentifiedDevice } from "./video-device.ts";
import { type DeviceTree, thisMachine, videoDevices } from "./video-devices.ts";

export interface ListedDevice extends IdentifiedDevice, DeviceFormats {}

/** Every video device of this machine with what it delivers; one after the other, they may share a bus. */
export async function listDevices(programs: FormatPrograms, tree: DeviceTree = thisMachine): Promise<ListedDevice[]> {
  const listed: ListedDevice[] = [];
  for (const device of await videoDevices(tree)) {
    listed.push({ ...device, ...(await formatsOf(device.device, programs)) });
  }
  return listed;
}

/** For `scopeline devices`: what to write into the settings, and what the card delivers. Pure. */
export function devicesText(devices: readonly ListedDevice[]): string {
  if (devices.length === 0) return "There is no video device. Plug the card in, and see that its driver is loaded.\n";
  return devices.map(deviceText).join("\n");
}

function deviceText({ device, name, ids, links, formats, problem }: ListedDevice): string {
  const lines = [`${device}  ${name}`];
  for (const id of ids) lines.push(`  input.device: "${id}"`);
  for (const link of links) lines.push(`  input.device: "${link}"`);
  for (const { code, isCompressed, sizes } of formats) {
    lines.push(`  ${code}${isCompressed ? " (compressed)" : ""}`);
    for (const { width, height, rates } of sizes) {
      lines.push(`    ${width}x${height}${rates.length > 0 ? `  ${rates.join(", ")} fps` : ""}`);
    }
  }
  if (problem !== null) lines.push(`  ${problem}`);
  return `${lines.join("\n")}\n`;
}
