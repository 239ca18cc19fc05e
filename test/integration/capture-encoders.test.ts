/** Hardware encoders where there is no hardware: an ffmpeg of our own that plays one, in front of the real one. */
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findEncoder } from "../../src/capture/capture.ts";
import type { DeviceProfile } from "../../src/devices/devices.ts";
import { ffmpegPath, numbersIn, profileOf, rigFor, small } from "./capture-rig.ts";

let folder = "";
let scripts = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-encoders-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** `acts`: what it does when it is asked for hardware; anything else is the real ffmpeg's. */
async function ffmpegThat(acts: string): Promise<string> {
  const script = join(folder, `ffmpeg-${++scripts}`);
  await writeFile(
    script,
    `#!/bin/sh\nreal=${ffmpegPath}\ncase "$*" in *h264_*|*hevc_*|*libx265*) ;; *) exec "$real" "$@" ;; esac\n${acts}\n`,
  );
  await chmod(script, 0o755);
  return script;
}

function preferring(preferred: DeviceProfile["clip"]["encoder"]["preferred"]): DeviceProfile {
  const profile = profileOf("simulated-microscope", small);
  const encoder = { ...profile.clip.encoder, ...(preferred && { preferred }) };
  return { ...profile, clip: { ...profile.clip, encoder } };
}

const vaapi = preferring(["h264_vaapi"]);
const frames = (count: number, size = "640x360"): string =>
  `-v error -f lavfi -i testsrc2=size=${size}:rate=30 -frames:v ${count} -pix_fmt yuv420p -c:v libx264`;
const container = "-f mp4 -movflags +empty_moov+default_base_moof+frag_keyframe pipe:1";
const high = "-profile:v high -level 4.1 -x264-params 8x8dct=1 -bf 0 -g 5";

function hevcPreferring(preferred: DeviceProfile["clip"]["encoder"]["preferred"]): DeviceProfile {
  const profile = preferring(preferred);
  const encoder = { ...profile.clip.encoder, codec: "libx265", level: "5.1" } as const;
  return { ...profile, clip: { ...profile.clip, encoder } };
}

describe("an encoder of HEVC", () => {
  const onlyHardware = `case "$*" in *libx265*) echo "Unknown encoder 'libx265'" >&2; exit 1 ;; esac`;
  const real = `case "$*" in *libx265*) exec "$real" "$@" ;; esac`;
  const hevc =
    "-v error -f lavfi -i testsrc2=size=640x360:rate=30 -frames:v 10 -pix_fmt yuv420p -c:v libx265 -preset ultrafast";
  const params = (more: string): string => `-tag:v hvc1 -x265-params log-level=error:bframes=0:${more} ${container}`;

  test("is used where what it makes is Main at level 5.1, read back from its parameter set", async () => {
    const script = await ffmpegThat(`${real}\nexec "$real" ${hevc} ${params("level-idc=5.1:high-tier=0")}`);
    expect(await findEncoder(script, hevcPreferring(["hevc_vaapi"]))).toEqual({ id: "hevc_vaapi", because: null });
  });

  test.each([
    ["H.264", `${frames(10)} ${high} ${container}`, /made no HEVC/],
    ["the High tier", `${hevc} ${params("level-idc=5.1:high-tier=1")}`, /profile 1 in the High tier/],
    ["a higher level", `${hevc} ${params("level-idc=6.2:high-tier=0")}`, /level 6\.2, above 5\.1/],
    ["10 bits", `${hevc.replace("yuv420p", "yuv420p10le")} ${params("high-tier=0")}`, /profile 2/],
  ])("gives way to libx265 where it makes %s", async (_what, args, why) => {
    const { id, because } = await findEncoder(
      await ffmpegThat(`${real}\nexec "$real" ${args}`),
      hevcPreferring(["hevc_qsv"]),
    );
    expect(id).toBe("libx265");
    expect(because).toMatch(why);
  });

  test("gives way to H.264 where ffmpeg cannot make HEVC at all, which is then what is recorded", {
    timeout: 180_000,
  }, async () => {
    const script = await ffmpegThat(`${onlyHardware}\necho 'No device' >&2; exit 1`);
    const profile = hevcPreferring(["hevc_nvenc"]);
    const encoder = await findEncoder(script, profile);
    expect(encoder).toMatchObject({
      id: "libx264",
      because: expect.stringMatching(/hevc_nvenc: .*libx265: .*Unknown/),
    });
    await using rig = await rigFor(profile, { ffmpegPath: script, encoder });
    await rig.until(() => rig.source.newestFrame() !== null, "a picture");
    await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
    const clip = await rig.source.stopClip("c");
    expect(clip.video).toMatchObject({ codec: "h264", profileIdc: 100, levelIdc: 42 });
  });
});

describe("a hardware encoder is probed by what it makes", () => {
  test("and used where that is what DICOM takes", async () => {
    const script = await ffmpegThat(`exec "$real" ${frames(10)} ${high} ${container}`);
    expect(await findEncoder(script, vaapi)).toEqual({ id: "h264_vaapi", because: null });
  });

  test.each([
    ["another profile", `${frames(10)} -profile:v baseline -bf 0 ${container}`, /profile 66, not High/],
    ["B frames", `${frames(10)} -profile:v high -level 4.1 -x264-params 8x8dct=1 -bf 2 ${container}`, /reorders/],
    [
      "a higher level",
      `${frames(10)} -profile:v high -level 5.1 -x264-params 8x8dct=1 -bf 0 ${container}`,
      /level 5\.1/,
    ],
    ["another size", `${frames(10, "320x180")} ${high} ${container}`, /320×180/],
    ["too few pictures", `${frames(4)} ${high} ${container}`, /4 of 10/],
    ["no video", `-v error -f lavfi -i anullsrc -t 0.1 -c:a aac ${container}`, /no H\.264|cannot be read/],
  ])("and not where it makes %s", async (_what, args, why) => {
    const script = await ffmpegThat(`exec "$real" ${args}`);
    const { id, because } = await findEncoder(script, vaapi);
    expect(id).toBe("libx264");
    expect(because).toMatch(/CPU is used/);
    expect(because).toMatch(why);
  });

  test("and not where it fails, makes nothing or rubbish, or never answers", async () => {
    const failing = await ffmpegThat("echo 'No VA display found' >&2; exit 1");
    expect((await findEncoder(failing, vaapi)).because).toContain("No VA display found");
    expect((await findEncoder(await ffmpegThat("exit 0"), vaapi)).because).toContain("made no H.264");
    expect((await findEncoder(await ffmpegThat("echo aaaaaaaaaaaaaaaaaa"), vaapi)).because).toContain("cannot be read");
    const hanging = await ffmpegThat("exec sleep 60");
    expect((await findEncoder(hanging, vaapi, 300)).because).toContain("did not answer within 0.3 seconds");
  });

  test("and the second choice is used where the first one fails", async () => {
    const second = `case "$*" in *h264_nvenc*) echo 'No GPU' >&2; exit 1 ;; esac`;
    const script = await ffmpegThat(`${second}\nexec "$real" ${frames(10)} ${high} ${container}`);
    const { id, because } = await findEncoder(script, preferring(["h264_nvenc", "h264_vaapi"]));
    expect(id).toBe("h264_vaapi");
    expect(because).toMatch(/^h264_nvenc: .*No GPU/);
  });

  test("and those of this machine say what they are in truth: used if they work, else with the reason", async () => {
    const all = preferring(["h264_vaapi", "h264_qsv", "h264_nvenc", "h264_v4l2m2m"]);
    const { id, because } = await findEncoder(ffmpegPath, all);
    if (id === "libx264") expect(because).toMatch(/h264_vaapi: .*h264_qsv: .*h264_nvenc: .*h264_v4l2m2m: /);
    else expect(all.clip.encoder.preferred).toContain(id);
  });
});

test("an encoder that fails twice while it runs gives way to the CPU, which says so", {
  timeout: 180_000,
}, async () => {
  const script = await ffmpegThat(`echo '[h264_vaapi @ 0x1] [error] Failed to end picture encode' >&2; exit 1`);
  await using rig = await rigFor(vaapi, { ffmpegPath: script, encoder: { id: "h264_vaapi", because: null } });
  expect(rig.source.state()).toMatchObject({ encoder: { id: "h264_vaapi" }, untested: ["H.264 by VAAPI"] });
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const { encoder, untested, restarts } = rig.source.state();
  expect(encoder).toEqual({ id: "libx264", because: expect.stringContaining("h264_vaapi failed 2 times") });
  expect({ untested, restarts }).toEqual({ untested: [], restarts: 2 });
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  const from = rig.newest().seq;
  await rig.until(() => rig.newest().seq > from + 10, "some pictures");
  const clip = await rig.source.stopClip("c");
  expect(await numbersIn(clip.file, small.width, small.height)).not.toContain(null);
});
