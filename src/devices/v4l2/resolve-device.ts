import { type FoundDevice, findIdentity, identityPrefix } from "./identity.ts";
import { type DeviceTree, thisMachine, videoDevices } from "./video-devices.ts";

/** The device node that `input.device` of the settings means now: a path is itself, `id:…` is looked up. */
export async function resolveDevice(device: string, tree: DeviceTree = thisMachine): Promise<FoundDevice> {
  return device.startsWith(identityPrefix) ? findIdentity(device, await videoDevices(tree)) : { device };
}
