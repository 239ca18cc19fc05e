import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listDevices } from "../../devices/v4l2/list-devices.ts";
import { resolveDevice } from "../../devices/v4l2/resolve-device.ts";
import { buildApi } from "../api.ts";
import { documentationContext } from "../documentation-context.ts";

test("a name that GET /api/devices offers is found again by a source, under another number too", async () => {
  const root = await mkdtemp(join(tmpdir(), "scopeline-devices-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const tree = { sys: join(root, "sys"), dev: join(root, "dev") };
  const socket = join(root, "sys/devices/pci0/usb1/1-2");
  const links = join(root, "sys/class/video4linux");
  await mkdir(links, { recursive: true });
  const plug = async (name: string): Promise<void> => {
    const device = join(socket, "1-2:1.0/video4linux", name);
    await mkdir(device, { recursive: true });
    await writeFile(join(device, "name"), "Grabber\n");
    await symlink(device, join(links, name));
  };
  await plug("video0");
  for (const [file, text] of Object.entries({ idVendor: "0fd9", idProduct: "0066", serial: "A1" }))
    await writeFile(join(socket, file), `${text}\n`);
  const programs = { v4l2Ctl: join(root, "missing"), ffmpeg: join(root, "missing") };
  const identity = { actor: "token-1", userId: null, roles: ["biomed"] };
  const users = { tokens: { identify: () => identity } } as never;
  const context = { ...documentationContext(), users, videoDevices: () => listDevices(programs, tree) };
  const server = await buildApi(context, "test");
  onTestFinished(() => server.close());

  const answer = await server.inject({
    url: "/api/devices",
    headers: { host: "127.0.0.1", authorization: "Bearer x" },
  });
  const listed = answer.json<{ device: string; ids: string[] }[]>();
  expect(listed).toMatchObject([{ device: join(tree.dev, "video0"), formats: [] }]);
  const ids = listed.flatMap((device) => device.ids);
  expect(ids).toEqual(["id:usb:0fd9:0066:A1", "id:path:pci0/usb1/1-2/1-2:1.0"]);
  await rm(join(links, "video0"));
  for (const id of ids) expect(await resolveDevice(id, tree)).toHaveProperty("problem");
  await plug("video4");
  for (const id of ids) expect(await resolveDevice(id, tree)).toEqual({ device: join(tree.dev, "video4") });
});
