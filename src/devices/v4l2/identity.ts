/** Names of a video device that stay when its number changes. Pure. */
import type { IdentifiedDevice, VideoDevice } from "./video-device.ts";

/** What settings write in front of such a name. */
export const identityPrefix = "id:";

/**
 * The names of a device, the best first: by USB vendor, product and serial number, so that it may change its socket,
 * where no other device has the same; and by the socket it is plugged into. `#1` behind: another node of the same card.
 */
export function identitiesOf(device: VideoDevice, all: readonly VideoDevice[]): string[] {
  const bySerial = serialIdentity(device);
  const isAlone = bySerial !== null && all.filter((other) => serialIdentity(other) === bySerial).length === 1;
  return [...(isAlone ? [bySerial] : []), pathIdentity(device)];
}

export type FoundDevice = { readonly device: string } | { readonly problem: string };

/** The device that an identity means now, or in words why there is none. Two equal ones are never guessed at. */
export function findIdentity(identity: string, devices: readonly IdentifiedDevice[]): FoundDevice {
  const fit = devices.filter((device) => serialIdentity(device) === identity || pathIdentity(device) === identity);
  const [only] = fit;
  if (only === undefined) {
    return { problem: "The video input is not plugged in. Plug it in; the picture comes back by itself." };
  }
  if (fit.length === 1) return { device: only.device };
  const names = fit.map(pathIdentity).join(" or ");
  return {
    problem: `${fit.length} equal video inputs are plugged in and cannot be told apart. Name the socket: input.device ${names}.`,
  };
}

function serialIdentity({ usb, index }: VideoDevice): string | null {
  if (usb === null || usb.serial === null) return null;
  return `${identityPrefix}usb:${[usb.vendor, usb.product, usb.serial].map(plain).join(":")}${node(index)}`;
}

function pathIdentity({ busPath, index }: VideoDevice): string {
  return `${identityPrefix}path:${plain(busPath)}${node(index)}`;
}

function node(index: number): string {
  return index === 0 ? "" : `#${index}`;
}

function plain(text: string): string {
  return text.replace(/[^A-Za-z0-9_.:/-]/g, "_");
}
