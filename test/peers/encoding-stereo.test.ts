/** Stereo clips from the recording to the Instance, and what is made of them for those who see in two dimensions. */
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAppliance } from "../../src/appliance.ts";
import type { FinishedClip } from "../../src/capture/capture.ts";
import { loadSettings } from "../../src/config/config.ts";
import type { DeviceProfile } from "../../src/devices/devices.ts";
import { chooseVideoTransferSyntax, textOf, transferSyntaxes } from "../../src/dicom/dicom.ts";
import { type ClipMediaFacts, makeRendition, type Rung } from "../../src/encoding/encoding.ts";
import { silentLog } from "../../src/lib/log.ts";
import { makeFile, pixelsOf, profileOf, rigFor } from "../integration/capture-rig.ts";
import { describePeer, need, runTool, temporaryDirectory } from "../support/peers.ts";
import { type Json, until } from "../support/scopeline.ts";
import { writeRendition } from "./encoding-fixture.ts";

const [width, height] = [640, 360];
/** The left eye sees red, the right one blue. */
const views = { left: "red", right: "blue" } as const;
const stereoUid = transferSyntaxes.h264HighLevel42Stereo;

describePeer("stereo", ["ffmpeg", "dcmdump", "dciodvfy"], () => {
  let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    folder = await temporaryDirectory();
  });
  afterAll(() => folder[Symbol.asyncDispose]());
  let scratches = 0;
  const scratch = async (): Promise<string> => {
    const path = join(folder.path, `s${++scratches}`);
    await mkdir(path);
    return path;
  };

  const recorded = new Map<DeviceProfile["stereo"], Promise<FinishedClip>>();
  const clipOf = (stereo: DeviceProfile["stereo"]): Promise<FinishedClip> => {
    const clip = recorded.get(stereo) ?? record(stereo);
    recorded.set(stereo, clip);
    return clip;
  };

  /** Of a camera that shows each eye one colour. */
  async function cameraOf(stereo: DeviceProfile["stereo"]): Promise<DeviceProfile> {
    const file = join(await scratch(), "pair.nut");
    const isBeside = stereo?.packing !== "top-bottom";
    const size = isBeside ? `${width / 2}x${height}` : `${width}x${height / 2}`;
    const eyes = stereo?.first === "right" ? [views.right, views.left] : [views.left, views.right];
    const inputs = eyes.flatMap((colour) => ["-f", "lavfi", "-i", `color=${colour}:s=${size}:r=30`]);
    const pack = `${isBeside ? "hstack" : "vstack"},scale=out_color_matrix=bt709:out_range=limited,format=yuv420p`;
    await makeFile(...inputs, "-filter_complex", pack, "-frames:v", "30", "-c:v", "rawvideo", file);
    const looped = profileOf("looped-file", { file, width, height, fps: 30 });
    const input = { ...looped.input, format: "raw", pixelFormat: "yuv420p" } as DeviceProfile["input"];
    const colour = { matrix: "bt709", range: "limited" } as const;
    return { ...looped, input, colour, ...(stereo && { stereo }) };
  }

  async function record(stereo: DeviceProfile["stereo"]): Promise<FinishedClip> {
    await using rig = await rigFor(await cameraOf(stereo));
    await rig.until(() => rig.source.newestFrame() !== null, "a picture");
    await rig.source.startClip({ id: "c", file: join(await scratch(), "c.mp4") });
    const from = rig.newest().seq;
    await rig.until(() => rig.newest().seq > from + 20, "some pictures");
    return rig.source.stopClip("c");
  }

  const syntaxOf = ({ video, fpsNum, fpsDen }: FinishedClip) =>
    chooseVideoTransferSyntax({ ...video, frameRate: fpsNum / fpsDen, chromaFormat: "4:2:0" });

  function factsOf(clip: FinishedClip, transferSyntaxUid: string): ClipMediaFacts {
    const { frames, fpsNum, fpsDen, video } = clip;
    return { kind: "clip", width, height, frames, fpsNum, fpsDen, video, transferSyntaxUid };
  }

  async function make(clip: FinishedClip, rung: Rung) {
    const [facts, directory] = [factsOf(clip, stereoUid), await scratch()];
    const signal = new AbortController().signal;
    const shared = { maxBytes: 2_000_000_000, directory, ffmpegPath: "ffmpeg", signal };
    return makeRendition({ media: clip.file, facts, rung, ...shared });
  }

  const nameOf = ([red = 0, , blue = 0]: Buffer): string =>
    red > 180 && blue < 90 ? "red" : blue > 180 && red < 90 ? "blue" : "neither";

  /** What the first picture of a file shows left and right. */
  async function sidesOf(file: string): Promise<string[]> {
    const pixels = await pixelsOf(file, "rgb24", `scale=${width}:${height}`);
    return [width / 4, (width * 3) / 4].map((x) => nameOf(pixels.subarray(((height / 2) * width + x) * 3)));
  }

  /** Whether each picture of a file is of one colour, looked at left, right, above and below its middle. */
  async function coloursOf(file: string): Promise<Set<string>> {
    const pixels = await pixelsOf(file, "rgb24", `scale=${width}:${height}`);
    const seen = new Set<string>();
    for (let at = 0; at < pixels.length; at += width * height * 3) {
      for (const [x, y] of [
        [240, 180],
        [400, 180],
        [320, 150],
        [320, 210],
      ] as const) {
        seen.add(nameOf(pixels.subarray(at + (y * width + x) * 3)));
      }
    }
    return seen;
  }

  const kinds = [
    { packing: "side-by-side", first: "left" },
    { packing: "top-bottom", first: "left" },
    { packing: "side-by-side", first: "right" },
    { packing: "top-bottom", first: "right" },
  ] as const;

  describe.each(kinds)("$packing, $first first", (stereo) => {
    it("is recorded with its packing said in the stream, sent as pairs, and its left view as video", async () => {
      const clip = await clipOf(stereo);
      expect(clip.video).toHaveProperty("framePacking", { packing: stereo.packing, first: "left" });
      expect(syntaxOf(clip)).toEqual({ uid: stereoUid });
      expect(await coloursOf(clip.file)).toEqual(new Set(["red", "blue"]));
      const twin = await make(clip, "leftView");
      expect(twin.parts).toMatchObject([{ transferSyntaxUid: transferSyntaxes.h264HighLevel41, frames: clip.frames }]);
      expect(twin.derivation).toContain("Left view of a stereo pair");
      expect(await coloursOf(twin.parts[0]?.pixelData.path ?? "")).toEqual(new Set(["red"]));
    });
  });

  it("pairs and twin are whole Instances to others, and say what they are", async () => {
    const clip = await clipOf(kinds[0]);
    const from = { kind: "clip", sopClass: "videoMicroscopic", transferSyntaxUid: stereoUid } as const;
    const original = await writeRendition(await scratch(), "original", await make(clip, "original"), from);
    const twin = await writeRendition(await scratch(), "leftView", await make(clip, "leftView"), from);
    expect(original.map(({ dataSet }) => textOf(dataSet, "StereoPairsPresent"))).toEqual(["YES"]);
    expect(twin.map(({ dataSet }) => [textOf(dataSet, "StereoPairsPresent"), dataSet.ImageType])).toEqual([
      ["", ["DERIVED", "PRIMARY"]],
    ]);
    for (const { path } of [...original, ...twin]) {
      const { stdout, stderr } = await runTool(need("dciodvfy"), [path]);
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("Error"))).toEqual([]);
    }
    const [packed] = original;
    const { stdout } = await runTool(need("dcmdump"), ["-Un", packed?.path ?? ""]);
    expect(stdout).toMatch(/\(0002,0010\) UI \[1\.2\.840\.10008\.1\.2\.4\.105\]/);
    expect(stdout).toMatch(/\(0022,0028\) CS \[YES\]/);
  });

  it.each(["videoMicroscopicMpeg2", "multiFrameTrueColor", "keyFrames"] as const)(
    "as %s it is the left view",
    async (rung) => {
      const clip = await clipOf(kinds[0]);
      const media = await make(clip, rung);
      expect(media.derivation).toMatch(/^Left view of a stereo pair.*; /);
      expect(await coloursOf(media.parts[0]?.pixelData.path ?? "")).toEqual(new Set(["red"]));
    },
  );

  it("a box that runs keeps both views in clips and stills, and sends the pairs with their left view", async () => {
    const [directory, profiles] = [await scratch(), await scratch()];
    const profile = { ...(await cameraOf({ packing: "side-by-side", first: "right" })), id: "stereo" };
    await writeFile(join(profiles, "stereo.json"), JSON.stringify(profile));
    const settingsFile = join(directory, "scopeline.yaml");
    const node = { name: "Away", aeTitle: "AWAY", host: "127.0.0.1", port: 9, roles: ["storage"] };
    const settings = {
      station: { aeTitle: "SCOPELINE", stationName: "TEST-OR" },
      ...{ server: { port: 0 }, listener: { port: 0 }, nodes: [node] },
      storage: { directory: join(directory, "storage"), minimumFreeBytes: 100_000_000 },
      sources: [{ id: "scope", profile: "stereo" }],
    };
    await writeFile(settingsFile, JSON.stringify(settings));
    const folders = { deviceProfiles: profiles, ui: profiles };
    const box = await startAppliance(await loadSettings(settingsFile), folders, silentLog);
    const ask = async (path: string, body?: object): Promise<Json> => {
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${box.url}/api/${path}`, {
        ...(body && { method: "POST", headers, body: JSON.stringify(body) }),
      });
      expect(response.ok).toBe(true);
      return (await response.json()) as Json;
    };
    try {
      await until("a live picture", async () => JSON.stringify(await ask("sources")).includes('"live"'));
      const { id } = await ask("procedures", { emergency: {} });
      const still = await ask("stills", {});
      const clip = await ask("clips", {});
      await until("some pictures of the clip", async () => {
        const { seq } = (await ask("stills", {})).frame as { seq: number };
        return seq > (still.frame as { seq: number }).seq + 20;
      });
      await ask(`captures/${clip.id}/stop`, {});
      await ask(`procedures/${id}/complete`, {});
      await ask(`procedures/${id}/release`, {});
      const kept = (name: string): string => join(directory, "storage", name);
      // Of the clip; stills show the views as the source gives them, and a recording has the left one first.
      expect(await sidesOf(kept(`media/${clip.id}.mp4`))).toEqual([views.left, views.right]);
      expect(await sidesOf(kept(`media/${still.id}.jpg`))).toEqual([views.right, views.left]);
      const seen = new Map<string, string>();
      await until("the pairs and their left view", async () => {
        for (const name of (await readdir(kept("instances"))).filter((file) => file.endsWith(".dcm"))) {
          const { stdout } = await runTool(need("dcmdump"), ["-Un", kept(`instances/${name}`)]);
          seen.set(/\(0002,0010\) UI \[([0-9.]+)\]/.exec(stdout)?.[1] ?? "", stdout);
        }
        return seen.size === 3;
      });
      expect(seen.get(stereoUid)).toMatch(/\(0022,0028\) CS \[YES\]/);
      expect(seen.get(transferSyntaxes.h264HighLevel41)).toContain("Left view of a stereo pair");
      expect(seen.get(transferSyntaxes.jpegBaseline)).not.toContain("(0022,0028)");
    } finally {
      await box.stop();
    }
  });

  it("without stereo in the profile nothing is claimed, and there is no left view", async () => {
    const clip = await clipOf(undefined);
    expect(clip.video).not.toHaveProperty("framePacking");
    expect(syntaxOf(clip)).toEqual({ uid: transferSyntaxes.h264HighLevel41 });
    await expect(make(clip, "leftView")).rejects.toMatchObject({ code: "wrong-kind" });
  });
});
