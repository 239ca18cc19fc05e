/** What was made of a clip, as DICOM: read by dciodvfy and pydicom from the archive that got it. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  describePeer,
  need,
  type RunningHospital,
  runTool,
  startHospital,
  temporaryDirectory,
} from "../support/peers.ts";
import { type Box, type Json, startScopeline, until } from "../support/scopeline.ts";

interface Capture extends Json {
  readonly id: string;
  readonly number: number;
  readonly frames: number;
  readonly progress: string;
  readonly state: string;
  readonly sopInstanceUid: string;
}

interface Read {
  readonly type: string[];
  readonly words: string | null;
  readonly codes: string[];
  readonly sources: { readonly uid: string; readonly class: string; readonly frames: string[] }[] | null;
  readonly lossy: string;
  readonly methods: string[];
  readonly ratios: number;
  readonly frames: number | null;
  readonly class: string;
  readonly study: string;
  readonly acquired: string;
}

const script = `
import sys, json, pydicom
ds = pydicom.dcmread(sys.argv[1])
many = lambda v: [] if v is None else ([str(x) for x in v] if isinstance(v, (list, pydicom.multival.MultiValue)) else [str(v)])
sources = None if "SourceImageSequence" not in ds else [
  {"uid": s.ReferencedSOPInstanceUID, "class": s.ReferencedSOPClassUID, "frames": many(s.get("ReferencedFrameNumber"))}
  for s in ds.SourceImageSequence]
print(json.dumps({"type": many(ds.ImageType), "words": ds.get("DerivationDescription"),
  "codes": [c.CodeValue for c in ds.get("DerivationCodeSequence", [])], "sources": sources,
  "lossy": ds.LossyImageCompression, "methods": many(ds.get("LossyImageCompressionMethod")),
  "ratios": len(many(ds.get("LossyImageCompressionRatio"))), "frames": int(ds.NumberOfFrames) if "NumberOfFrames" in ds else None,
  "class": ds.SOPClassUID, "study": ds.StudyInstanceUID, "acquired": ds.AcquisitionDateTime}))`;

let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let hospital: RunningHospital;
let box: Box;
let [clip, cut, still, orphan, late]: Capture[] = [];

const fileOf = (capture: Capture | undefined): string =>
  join(hospital.archiveDirectory, `${capture?.sopInstanceUid}.dcm`);
async function read(capture: Capture | undefined): Promise<Read> {
  const { stdout, stderr } = await runTool(need("pydicom"), ["-c", script, fileOf(capture)]);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

async function recordedClip(ms: number): Promise<Capture> {
  const { id } = await box.post<Capture>("/api/clips", {});
  await sleep(ms);
  return box.post<Capture>(`/api/captures/${id}/stop`);
}

describePeer("what was made of a clip", ["dciodvfy", "pydicom"], () => {
  beforeAll(async () => {
    directory = await temporaryDirectory();
    hospital = await startHospital({ directory: join(directory.path, "hospital") });
    box = await startScopeline({
      directory: join(directory.path, "box"),
      input: { width: 640, height: 360, fps: 30 },
      nodes: [{ name: "Archive", aeTitle: hospital.aeTitle, port: hospital.dicomPort, roles: ["storage"] }],
    });
    await box.live();
    const { id } = await box.post<{ id: string }>("/api/procedures", { emergency: {} });
    const made = async (of: Capture, how: "cut" | "still", body: object): Promise<Capture> =>
      box.post<Capture>(`/api/captures/${of.id}/${how}`, body);
    const first = await recordedClip(3500);
    const second = await recordedClip(1200);
    await made(first, "cut", { fromMs: 1200, toMs: 1800 });
    await made(first, "still", { frame: 41 });
    await made(second, "still", { frame: 3 });
    await box.delete(`/api/captures/${second.id}`, { reason: "Test picture" });
    await box.post(`/api/procedures/${id}/complete`);
    await box.post(`/api/procedures/${id}/release`);
    const captures = async () =>
      (await box.get<{ captures: Capture[] }>(`/api/procedures/${id}`)).captures.filter(
        ({ state }) => state !== "deleted",
      );
    const allSent = (many: number) => async () => {
      const all = await captures();
      return all.length === many && all.every(({ progress }) => progress === "sent");
    };
    await until("all sent", allSent(4), 60_000);
    // After the release: on its way by itself.
    await made(first, "still", { atMs: 0 });
    await until("the late one sent", allSent(5), 60_000);
    [clip, cut, still, orphan, late] = await captures();
  }, 120_000);
  afterAll(async () => {
    await box?.[Symbol.asyncDispose]();
    await hospital?.[Symbol.asyncDispose]();
    await directory?.[Symbol.asyncDispose]();
  });

  it("is without error to dciodvfy", async () => {
    for (const capture of [clip, cut, still, orphan, late]) {
      const { stdout, stderr } = await runTool(need("dciodvfy"), [fileOf(capture)]);
      expect(`${stdout}${stderr}`).toMatch(/Image/);
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("Error"))).toEqual([]);
    }
  });

  it("a cut is derived from the clip's own Instance and has lost no more than it", async () => {
    const [original, made] = [await read(clip), await read(cut)];
    expect(original).toMatchObject({ type: ["ORIGINAL", "PRIMARY"], sources: null });
    expect(made).toMatchObject({
      type: ["DERIVED", "PRIMARY"],
      words: `Frames 31 to 60 of ${clip?.frames} of clip 1, cut at key frames, not re-encoded`,
      codes: [],
      sources: [{ uid: clip?.sopInstanceUid, class: original.class, frames: [] }],
      frames: 30,
      ...{ lossy: "01", methods: ["ISO_14496_10"], ratios: 1, class: original.class, study: original.study },
    });
    expect(Number(made.acquired.slice(8, 14)) - Number(original.acquired.slice(8, 14))).toBeGreaterThan(0);
  });

  it("a still names the frame of the clip's Instance, and every loss before it", async () => {
    const [original, made] = [await read(clip), await read(still)];
    expect(made).toMatchObject({
      type: ["DERIVED", "PRIMARY"],
      words: `Frame 42 of ${clip?.frames} of clip 1, decoded and stored as JPEG`,
      codes: ["113040"],
      sources: [{ uid: clip?.sopInstanceUid, class: original.class, frames: ["42"] }],
      ...{ frames: null, lossy: "01", methods: ["ISO_14496_10", "ISO_10918_1"], ratios: 2, study: original.study },
    });
  });

  it("a still of a clip that was deleted says what it is, and names nothing that is nowhere", async () => {
    expect(await read(orphan)).toMatchObject({ type: ["DERIVED", "PRIMARY"], sources: null, lossy: "01" });
    expect((await read(orphan)).words).toMatch(/^Frame 4 of \d+ of clip 2/);
  });

  it("one that was taken after the release refers to the same Instance", async () => {
    const made = await read(late);
    expect(made.type).toEqual(["DERIVED", "PRIMARY"]);
    expect(made.sources).toMatchObject([{ uid: clip?.sopInstanceUid, frames: ["1"] }]);
  });
});
