import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cardSignal } from "./card-signal.ts";
import { formatsOf } from "./formats.ts";
import { listDevices } from "./list-devices.ts";
import { resolveDevice } from "./resolve-device.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-v4l2-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

async function program(name: string, script: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return file;
}

/** A device as the kernel lists it, under a root of our own. */
async function plug(root: string, name: string, parent: string, usb: Record<string, string>): Promise<void> {
  const real = join(root, "sys/devices", parent, "video4linux", name);
  await mkdir(real, { recursive: true });
  await mkdir(join(root, "sys/class/video4linux"), { recursive: true });
  await mkdir(join(root, "dev/v4l/by-id"), { recursive: true });
  await writeFile(join(real, "name"), "Grab\u0007ber\n");
  await writeFile(join(real, "index"), "0\n");
  for (const [key, value] of Object.entries(usb))
    await writeFile(join(dirname(join(root, "sys/devices", parent)), key), `${value}\n`);
  await writeFile(join(root, "dev", name), "");
  await symlink(real, join(root, "sys/class/video4linux", name));
}

describe("the devices that the kernel lists", () => {
  test("are told with their sockets, serial numbers and links, also where one vanishes meanwhile", async () => {
    const root = join(folder, "machine");
    const tree = { sys: join(root, "sys"), dev: join(root, "dev") };
    await plug(root, "video10", "pci0/usb1/1-2/1-2:1.0", { idVendor: "0fd9", idProduct: "0066", serial: "A1" });
    await plug(root, "video2", "platform/vivid.0", {});
    await symlink("/nowhere/at/all", join(root, "sys/class/video4linux/video3"));
    await symlink("../../video10", join(root, "dev/v4l/by-id/usb-grabber"));
    const ctl = await program("ctl", `echo "[0]: 'YUYV' (YUYV 4:2:2)"`);
    const listed = await listDevices({ v4l2Ctl: ctl, ffmpeg: "false" }, tree);
    expect(listed).toMatchObject([
      { device: join(tree.dev, "video2"), ids: ["id:path:platform/vivid.0"], links: [] },
      {
        ...{ device: join(tree.dev, "video10"), name: "Grab ber", links: [join(tree.dev, "v4l/by-id/usb-grabber")] },
        ids: ["id:usb:0fd9:0066:A1", "id:path:pci0/usb1/1-2/1-2:1.0"],
        formats: [{ code: "YUYV" }],
      },
    ]);
    expect(await resolveDevice("id:usb:0fd9:0066:A1", tree)).toEqual({ device: join(tree.dev, "video10") });
    await rm(join(root, "sys/class/video4linux/video10"));
    expect(await resolveDevice("id:usb:0fd9:0066:A1", tree)).toHaveProperty("problem");
    expect(await resolveDevice("/dev/video7", tree)).toEqual({ device: "/dev/video7" });
  });

  test("are none on a machine without any", async () => {
    expect(await listDevices({ ffmpeg: "false" }, { sys: join(folder, "no"), dev: join(folder, "no") })).toEqual([]);
  });
});

describe("a program that lists formats", () => {
  test.each([
    ["is missing", "", "not installed"],
    ["hangs", "exec sleep 60", "does not answer"],
    ["never ends talking", "exec yes", "more than can be true"],
    ["fails", "exit 1", "cannot read the device"],
    ["talks nonsense", "echo '[0]: nothing'", "lists no format"],
  ])("and %s is said, and ffmpeg is asked instead", async (name, script, why) => {
    const ctl = script === "" ? join(folder, "missing") : await program(name.replaceAll(" ", "-"), script);
    const line = "[video4linux2,v4l2 @ 0x5] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480";
    const ffmpeg = await program("ffmpeg", `echo '${line}' >&2; exit 1`);
    const found = await formatsOf("/dev/video0", { v4l2Ctl: ctl, ffmpeg, timeoutMs: 1500 });
    expect(found).toMatchObject({ from: "ffmpeg", problem: expect.stringContaining(why) });
    const none = await formatsOf("/dev/video0", { v4l2Ctl: join(folder, "missing"), ffmpeg: join(folder, "missing") });
    expect(none).toMatchObject({ formats: [], from: null, problem: expect.stringContaining("in use") });
  });
});

describe("the signal of a card", () => {
  test("is asked of v4l2-ctl, also where it ends with an error", async () => {
    const v4l2Ctl = await program(
      "severed",
      "echo 'VIDIOC_QUERY_DV_TIMINGS: failed: Link has been severed' >&2; exit 1",
    );
    expect(await cardSignal("/dev/video0", { v4l2Ctl })).toEqual({ kind: "no-signal" });
    expect(await cardSignal("/dev/video0", { v4l2Ctl: join(folder, "missing") })).toEqual({ kind: "not-told" });
  });

  test("is waited for no longer than that, also where what was started cannot be ended", async () => {
    // The shell is killed; its child keeps the pipes open as one that is stuck in the kernel does.
    const v4l2Ctl = await program("stuck", "sleep 20 & wait");
    expect(await cardSignal("/dev/video0", { v4l2Ctl, timeoutMs: 300 })).toEqual({ kind: "unknown" });
  });
});
