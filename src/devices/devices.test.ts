import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { inputProtocols, listedNames } from "./capabilities.ts";
import { deviceModelSchemaText, onInput } from "./device-model.ts";
import { type DeviceProfile, deviceProfileSchemaText } from "./device-profile.ts";
import {
  type Capabilities,
  clipShape,
  copyable,
  explainProfile,
  loadDeviceProfiles,
  resolveProfile,
} from "./devices.ts";
import { isRecentEnough } from "./ffmpeg-binary.ts";
import { assumedFigures, unfoundedFigures } from "./figures.ts";
import { inputsPage } from "./inputs-page.ts";
import { checkProfile, profileOf } from "./load-profiles.ts";
import { type Path, paths, untestedPaths } from "./paths.ts";
import { frameBytes } from "./picture.ts";

const folder = fileURLToPath(new URL("../../device-profiles/", import.meta.url));
const loaded = await loadDeviceProfiles(folder);
const { profiles, models, problems } = loaded;

/** An ffmpeg that can do everything. */
const everything: ReadonlySet<string> = Object.assign(new Set<string>(), { has: () => true });
const full: Capabilities = {
  encoders: everything,
  decoders: everything,
  demuxers: everything,
  muxers: everything,
  filters: everything,
  inputProtocols: everything,
};
const without = (part: keyof Capabilities, name: string): Capabilities => ({
  ...full,
  [part]: Object.assign(new Set<string>(), { has: (asked: string) => asked !== name }),
});
function profileNamed(id: string): DeviceProfile {
  const profile = profiles.get(id);
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return profile;
}

describe("the shipped device profiles", () => {
  test("are all right, and none was left out", async () => {
    const files = (await readdir(folder)).filter((name) => name.endsWith(".json") && !name.includes("schema"));
    expect(problems).toEqual([]);
    files.push(...(await readdir(join(folder, "models"))));
    expect([...profiles.keys()].sort()).toEqual(files.map((name) => name.replace(".json", "")).sort());
    expect(models.size).toBeGreaterThanOrEqual(7);
  });

  test("can each be used with a complete ffmpeg and record a legal DICOM size", () => {
    for (const profile of profiles.values())
      expect([profile.id, explainProfile(profile, full)]).toEqual([profile.id, []]);
  });

  test("say of every figure where it comes from, or that it is assumed", () => {
    for (const profile of profiles.values()) expect([profile.id, unfoundedFigures(profile)]).toEqual([profile.id, []]);
    const { assumed: _none, ...bare } = profileNamed("leica-m720-oh5");
    const unfounded = unfoundedFigures({ ...bare, assumed: ["/input/widt", "/outputs/0", "/colour"] });
    expect(unfounded).toContain("/input/width");
    expect(unfounded).toContain("/outputs/1/interlaced");
    expect(unfounded).not.toContain("/outputs/0/fps/num");
    expect(unfounded).not.toContain("/colour/matrix");
    const { cited: _cited, ...simulated } = profileNamed("simulated-microscope");
    expect(unfoundedFigures(simulated)).toContain("/anatomicRegion/codeValue");
  });

  test("of a model on an input say of a figure that the model replaced what is said of the model's", () => {
    const model = models.get("leica-m530");
    if (model === undefined) throw new Error("no model leica-m530");
    const paper = { source: "A data sheet" };
    const input = { ...profileNamed("simulated-microscope"), cited: { "/input": paper, "/anatomicRegion": paper } };
    const on = onInput(model, input);
    expect(on.assumed).toEqual(expect.arrayContaining(["/input/width", "/input/height", "/input/fps", "/deinterlace"]));
    expect(on.cited).toEqual({ "/input/pixelFormat": paper });
    const sheet = { source: "Another sheet" };
    const founded = onInput({ ...model, cited: { "/outputs/0": sheet }, assumed: [] }, input);
    expect(founded.cited).toMatchObject({ "/input/width": sheet, "/deinterlace": sheet });
    expect(founded.assumed).toEqual([]);
  });

  test("mark only figures that are there as assumed or cited, and none as both", () => {
    for (const profile of profiles.values()) {
      const cited = Object.keys(profile.cited ?? {});
      expect([profile.id, cited.filter((pointer) => profile.assumed.includes(pointer))]).toEqual([profile.id, []]);
      for (const pointer of [...profile.assumed, ...cited]) {
        const found = pointer
          .slice(1)
          .split("/")
          .reduce<unknown>((value, key) => Object(value)[key], profile);
        expect([profile.id, pointer, found]).not.toContain(undefined);
      }
    }
  });

  test("go by the published schema, which is current", async () => {
    expect(await readFile(join(folder, "device-profile.schema.json"), "utf8")).toBe(deviceProfileSchemaText());
    expect(await readFile(join(folder, "device-model.schema.json"), "utf8")).toBe(deviceModelSchemaText());
  });

  test("are what docs/inputs.md tells of, whose tests are there", async () => {
    const root = join(folder, "..");
    expect(await readFile(join(root, "docs/inputs.md"), "utf8")).toBe(inputsPage(loaded));
    for (const { test: file } of Object.values<Path>(paths)) {
      if (file !== null) expect([file, existsSync(join(root, file))]).toEqual([file, true]);
    }
  });
});

describe("a model", () => {
  test("names the device on its usual input, or on the one that settings name, and keeps how that one is read", () => {
    const usual = profileNamed("leica-m720-oh5");
    const card = profileNamed("hdmi-sdi-v4l2-card");
    expect(usual).toMatchObject({ manufacturer: "Leica Microsystems", model: "M720 OH5", modality: "GM" });
    expect(usual).toMatchObject({ deinterlace: "frame", colour: card.colour, clip: card.clip });
    expect(usual.input).toEqual({ ...card.input, fps: { num: 25, den: 1 } });
    const uvc = profileOf(loaded, "leica-m720-oh5@usb-uvc-grabber");
    expect(uvc).toMatchObject({ id: "leica-m720-oh5@usb-uvc-grabber", model: "M720 OH5", input: { format: "mjpeg" } });
    expect(resolveProfile(typeof uvc === "string" ? usual : uvc, {}).problems).toEqual([]);
  });

  test("on an input that is none, or an input on another, is refused with the names there are", () => {
    expect(profileOf(loaded, "leica-m530@nothing")).toMatch(/nothing, .*usb-uvc-grabber/);
    expect(profileOf(loaded, "leica-m530@storz-tower")).toMatch(/storz-tower, which is not the profile of an input/);
    expect(profileOf(loaded, "looped-file@network-srt")).toMatch(/remove input.via/);
    expect(profileOf(loaded, "x")).toMatch(/leica-m530/);
  });

  test("of a wrong file is left out and reported, and so is one whose input is not there", async () => {
    const scratch = await mkdtemp(join(tmpdir(), "scopeline-models-"));
    const right = models.get("leica-m530");
    await mkdir(join(scratch, "models"));
    await writeFile(join(scratch, "models/leica-m530.json"), JSON.stringify(right));
    await writeFile(join(scratch, "models/x.json"), JSON.stringify({ ...right, id: "x", outputs: [] }));
    const found = await loadDeviceProfiles(scratch);
    await rm(scratch, { recursive: true });
    expect(found.profiles.size + found.models.size).toBe(0);
    expect(found.problems.map(({ pointer }) => pointer).sort()).toEqual(["/base", "/outputs"]);
  });

  test("shows what is assumed until settings say it, and that nobody has tried it", () => {
    const kinevo = profileNamed("zeiss-kinevo-900");
    expect(assumedFigures(kinevo)).toContain("input.fps 25");
    expect(assumedFigures(resolveProfile(kinevo, { fps: 50 }).profile).join()).not.toContain("input.fps");
    expect(untestedPaths(kinevo)).toEqual(["a real Carl Zeiss Meditec KINEVO 900"]);
    expect(untestedPaths(profileNamed("decklink-card"), "h264_vaapi")).toEqual(["DeckLink card", "H.264 by VAAPI"]);
    expect(untestedPaths(profileNamed("simulated-microscope"))).toEqual([]);
    const uhd = profileNamed("hdmi-sdi-v4l2-card-2160p");
    expect(untestedPaths(uhd, "hevc_nvenc").join()).toContain("HEVC by NVENC");
    expect(untestedPaths(uhd, "hevc_nvenc").join()).not.toContain("unproven");
    expect(untestedPaths(uhd, "libx265")).toContain("clips of 3840×2160 without a hardware encoder (unproven)");
  });
});

describe("a profile that is wrong", () => {
  test("is reported with its file and every place in it, and leaves the others usable", async () => {
    const scratch = await mkdtemp(join(tmpdir(), "scopeline-profiles-"));
    const right = profileNamed("usb-uvc-grabber");
    const wrong = {
      ...right,
      id: "b",
      detector: "guess",
      extra: 1,
      input: { ...right.input, width: 4, device: undefined },
    };
    await writeFile(join(scratch, "a.json"), "{");
    await writeFile(join(scratch, "b.json"), JSON.stringify(wrong));
    await writeFile(join(scratch, "c.json"), JSON.stringify({ ...right, id: "d" }));
    await writeFile(join(scratch, "usb-uvc-grabber.json"), JSON.stringify(right));
    const loaded = await loadDeviceProfiles(scratch);
    await rm(scratch, { recursive: true });
    expect([...loaded.profiles.keys()]).toEqual(["usb-uvc-grabber"]);
    const places = loaded.problems.map(({ file, pointer }) => `${file.slice(scratch.length + 1)}:${pointer}`);
    expect(places).toContain("a.json:");
    expect(places).toContain("b.json:/detector");
    expect(places).toContain("b.json:/input/width");
    expect(places).toContain("b.json:/input");
    expect(places).toContain("c.json:/id");
    expect(loaded.problems.find(({ pointer }) => pointer === "/detector")?.message).toContain("analogue");
  });

  test("with an unknown kind of input is told which kinds there are", () => {
    const found = checkProfile({ ...profileNamed("looped-file"), input: { kind: "vhs" } }, "x.json", "looped-file");
    expect(found).toContainEqual({
      file: "x.json",
      pointer: "/input/kind",
      message: expect.stringContaining("v4l2, rtsp"),
    });
  });
});

describe("a profile is refused with the reason", () => {
  const uvc = profileNamed("usb-uvc-grabber");
  test.each([
    ["encoders", "libx264", uvc, 'no encoder "libx264"'],
    ["decoders", "mjpeg", uvc, 'no decoder "mjpeg"'],
    ["demuxers", "video4linux2", uvc, 'no input device "video4linux2"'],
    ["inputProtocols", "srt", profileNamed("network-srt"), 'no protocol "srt"'],
    ["filters", "drawbox", profileNamed("simulated-microscope"), 'no filter "drawbox"'],
  ] as const)("where ffmpeg lacks %s %s", (part, name, profile, reason) => {
    expect(explainProfile(profile, without(part, name))).toEqual([expect.stringContaining(reason)]);
  });

  test("where a card needs an ffmpeg that Debian cannot give", () => {
    const decklink = profileNamed("decklink-card");
    expect(explainProfile(decklink, without("demuxers", "decklink"))).toEqual([
      expect.stringMatching(/Debian.*docs.inputs.md/),
    ]);
  });

  test("where stills are to be lossless and ffmpeg has no encoder for it", () => {
    const lossless = { ...uvc, still: { encoding: "jpeg-ls" as const } };
    expect(explainProfile(lossless, without("encoders", "jpegls"))).toEqual([expect.stringContaining('"jpegls"')]);
  });

  test("where stereo is to be encoded by hardware, or keeps two whole pictures", () => {
    const { clip } = uvc;
    const stereo = { packing: "side-by-side", first: "left" } as const;
    const encoder = { ...clip.encoder, preferred: ["h264_vaapi" as const] };
    expect(explainProfile({ ...uvc, stereo, clip: { encoder } }, full)).toEqual([
      expect.stringContaining("libx264 alone"),
    ]);
    const whole = { ...uvc, stereo, input: { ...uvc.input, width: 3840 } };
    expect(explainProfile(whole, full).join(" ")).toMatch(/larger than H.264 level.*Scale/);
  });

  test("when the picture is too large or too fast for its H.264 level", () => {
    const wuxga = profileNamed("wuxga-v4l2-card");
    expect(clipShape(wuxga)).toMatchObject({ width: 1728, height: 1080 });
    const { scale: _dropped, ...unscaled } = wuxga.clip;
    expect(explainProfile({ ...wuxga, clip: unscaled }, full)).toEqual([
      expect.stringContaining("1920×1200 is larger"),
    ]);
    const fast = resolveProfile(profileNamed("simulated-microscope"), { fps: 60 }).profile;
    expect(explainProfile(fast, full)).toEqual([expect.stringContaining("at 60 frames a second")]);
    expect(explainProfile(resolveProfile(profileNamed("simulated-microscope"), { fps: 29.97 }).profile, full)).toEqual(
      [],
    );
  });

  test("when HEVC is asked for what is beyond its level, or with what does not make it", () => {
    const uhd = profileNamed("hdmi-sdi-v4l2-card-2160p");
    const encoding = (more: Partial<DeviceProfile["clip"]["encoder"]>, input: Partial<DeviceProfile["input"]> = {}) =>
      explainProfile(
        {
          ...uhd,
          input: { ...uhd.input, ...input } as DeviceProfile["input"],
          clip: { encoder: { ...uhd.clip.encoder, ...more } },
        },
        full,
      ).join(" ");
    expect(encoding({})).toBe("");
    expect(encoding({}, { fps: { num: 60, den: 1 } })).toBe("");
    expect(encoding({}, { fps: { num: 70, den: 1 } })).toMatch(/3840×2160 at 70 .* HEVC level 5.1/);
    expect(encoding({}, { width: 7680, height: 4320 })).toMatch(/larger than HEVC level 5.1/);
    expect(encoding({ maxBitrateKbps: 40_001 })).toMatch(/40000 kbit/);
    expect(encoding({ preferred: ["h264_vaapi"] })).toMatch(/h264_vaapi does not make what libx265 makes/);
    expect(encoding({ level: "4.2" })).toMatch(/of libx265 is 5.1, not 4.2/);
    expect(encoding({ codec: "libx264", preferred: [] })).toMatch(/of libx264 is 4.1 or 4.2, not 5.1/);
  });

  test("when ffmpeg has no libx265 and H.264 cannot hold the clip; what it can hold is recorded as that", () => {
    const uhd = profileNamed("hdmi-sdi-v4l2-card-2160p");
    expect(explainProfile(uhd, without("encoders", "libx265")).join(" ")).toContain('no encoder "libx265"');
    const hd = resolveProfile(uhd, { width: 1920, height: 1080 }).profile;
    expect(explainProfile(hd, without("encoders", "libx265"))).toEqual([]);
  });

  test("when a size is odd or the crop reaches outside", () => {
    const crop = { x: 100, y: 0, width: 1919, height: 1080 };
    const reasons = explainProfile({ ...uvc, crop }, full).join(" ");
    expect(reasons).toContain("outside");
    expect(reasons).toContain("both must be even");
  });
});

describe("a network encoder's own stream", () => {
  const srt = profileNamed("network-srt");
  const { clip, input } = srt;

  test("may be the clips as far as the shipped profiles decide it, unless the settings say never", () => {
    for (const id of ["network-rtsp", "network-srt", "network-udp-mpegts"]) {
      expect(copyable(profileNamed(id))).toMatchObject({ kind: "asked", levelIdc: 41, colour: 1 });
      const never = resolveProfile(profileNamed(id), { passThrough: "never" });
      expect(never.problems).toEqual([]);
      expect(copyable(never.profile)).toEqual({ kind: "not-asked" });
    }
    expect(copyable(profileNamed("looped-file"))).toEqual({ kind: "not-asked" });
    expect(resolveProfile(profileNamed("looped-file"), { passThrough: "never" }).problems.join(" ")).toMatch(
      /does not let the settings change "passThrough"/,
    );
  });

  test.each<[string, Partial<DeviceProfile>, RegExp]>([
    ["crops", { crop: { x: 0, y: 0, width: 1280, height: 720 } }, /crops or scales/],
    ["scales", { clip: { ...clip, scale: { width: 1280, height: 720 } } }, /crops or scales/],
    ["deinterlaces", { deinterlace: "frame" }, /deinterlaces/],
    ["marks stereo pairs", { stereo: { packing: "side-by-side", first: "left" } }, /two views/],
    ["makes HEVC", { clip: { encoder: { ...clip.encoder, codec: "libx265", level: "5.1" } } }, /HEVC/],
    ["has full range", { colour: { matrix: "bt709", range: "full" } }, /full range/],
    ["expects HEVC", { input: { ...input, format: "hevc" } as DeviceProfile["input"] }, /another coding/],
    [
      "listens by RTSP over UDP",
      { input: { ...profileNamed("network-rtsp").input, transport: "udp" } as DeviceProfile["input"] },
      /transport to tcp/,
    ],
  ])("is not where the profile %s, which is said", (_what, other, words) => {
    expect(copyable({ ...srt, ...other })).toEqual({ kind: "unfit", because: expect.stringMatching(words) });
  });
});

describe("settings of a box", () => {
  test("override what the profile lets them, and are checked like the profile", () => {
    const resolved = resolveProfile(profileNamed("usb-uvc-grabber"), { device: "/dev/v4l/by-id/x", fps: 59.94 });
    expect(resolved.problems).toEqual([]);
    expect(resolved.profile.input).toMatchObject({ device: "/dev/v4l/by-id/x", fps: { num: 60_000, den: 1001 } });
    const wrong = resolveProfile(profileNamed("network-srt"), { url: "rtsp://192.0.2.1/x", device: "/dev/video0" });
    expect(wrong.problems.join(" ")).toMatch(/does not let the settings change "device".*input\.url/);
  });
});

describe("an ffmpeg", () => {
  test.each([
    ["5.1.9-0+deb12u1", true],
    ["n6.1.1", true],
    ["7.1-static", true],
    ["10.0", true],
    ["5.0.3", false],
    ["4.4.2-0ubuntu0.22.04.1", false],
    ["N-112233-gabcdef", true],
    ["nonsense", false],
  ])("of version %s is new enough: %s", (version, expected) => {
    expect(isRecentEnough(version)).toBe(expected);
  });

  test("is read for its abilities, in the columns of version 5 and of version 7", () => {
    const encoders = " V..... = Video\n ------\n V....D libx264              H.264 (codec h264)\n A....D aac   AAC\n";
    expect([...listedNames(encoders)]).toEqual(["libx264", "aac"]);
    expect([...listedNames(" D  mov,mp4,m4a     QuickTime / MOV\n")]).toEqual(["mov", "mp4", "m4a"]);
    expect([...listedNames(" D d lavfi           Libavfilter virtual input device\n")]).toEqual(["lavfi"]);
    expect([...listedNames(" T.C drawbox          V->V       Draw a colored box.\n")]).toEqual(["drawbox"]);
    expect([...inputProtocols("Input:\n  file\n  udp\nOutput:\n  srt\n")]).toEqual(["file", "udp"]);
  });
});

test("the bytes of a raw frame are those that ffmpeg writes, odd sizes too", () => {
  expect(frameBytes("yuv420p", 5, 3)).toBe(27);
  expect(frameBytes("yuv422p", 5, 3)).toBe(33);
  expect(frameBytes("yuyv422", 4, 3)).toBe(24);
  expect(frameBytes("rgb24", 5, 3)).toBe(45);
});
