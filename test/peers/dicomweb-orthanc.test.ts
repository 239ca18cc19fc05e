/**
 * STOW-RS, QIDO-RS and WADO-RS with a server that none of us wrote: Orthanc and its DICOMweb plugin. Not over TLS: Debian's
 * Orthanc 1.10.1 crashes on its first HTTPS request, whoever sends it.
 */
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  composeClip,
  composeStill,
  type DataSet,
  newUid,
  readPart10,
  readPart10Meta,
  textOf,
  transferSyntaxes,
  writePart10,
} from "../../src/dicom/dicom.ts";
import {
  authorizationFrom,
  type DicomWebTarget,
  findInstances,
  retrieveInstance,
  type StowItem,
  storeInstances,
} from "../../src/dicomweb/dicomweb.ts";
import { describePeer, type Orthanc, startOrthanc, temporaryDirectory } from "../support/peers.ts";
import { clipInput, makeJpeg, makeMp4, stillInput } from "./dicom-fixture.ts";

const deadlines = { connectMs: 10_000, readMs: 30_000, writeMs: 30_000, responseMs: 60_000 };

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;

interface Made {
  readonly item: StowItem;
  readonly file: string;
  readonly media: string;
  readonly address: { studyInstanceUid: string; seriesInstanceUid: string; sopInstanceUid: string };
}

async function make(dataSet: DataSet, media: { path: string; sizeBytes: number }, isClip: boolean): Promise<Made> {
  const sopInstanceUid = textOf(dataSet, "SOPInstanceUID");
  const file = join(folder.path, `${sopInstanceUid}.dcm`);
  const meta = {
    sopClassUid: textOf(dataSet, "SOPClassUID"),
    sopInstanceUid,
    transferSyntaxUid: isClip ? transferSyntaxes.h264HighLevel41 : transferSyntaxes.jpegBaseline,
  };
  const { sizeBytes } = await writePart10(file, { ...meta, dataSet, pixelData: { kind: "encapsulated", ...media } });
  const address = {
    studyInstanceUid: textOf(dataSet, "StudyInstanceUID"),
    seriesInstanceUid: textOf(dataSet, "SeriesInstanceUID"),
    sopInstanceUid,
  };
  return { item: { ...meta, pieces: [{ file, offset: 0, sizeBytes }] }, file, media: media.path, address };
}

async function makeStill(): Promise<Made> {
  const media = await makeJpeg(folder.path);
  return make(composeStill(stillInput("vlMicroscopic", media.sizeBytes)), media, false);
}

async function makeClip(): Promise<Made> {
  const media = await makeMp4(folder.path);
  return make(composeClip(clipInput("videoMicroscopic", media.sizeBytes)), media, true);
}

/** The one fragment of a Part 10 file is the media file, padded to an even length. */
async function expectPixels(file: string, made: Made): Promise<void> {
  const { meta, pixelFragments } = await readPart10(file);
  expect(meta).toMatchObject({
    sopInstanceUid: made.item.sopInstanceUid,
    transferSyntaxUid: made.item.transferSyntaxUid,
  });
  expect(pixelFragments).toHaveLength(1);
  const { offset = 0, sizeBytes = 0 } = pixelFragments[0] ?? {};
  const media = await readFile(made.media);
  const pixels = (await readFile(file)).subarray(offset, offset + sizeBytes);
  expect(pixels.length - media.length).toBe(media.length % 2);
  expect(pixels.subarray(0, media.length).equals(media)).toBe(true);
}

const targetOf = (orthanc: Orthanc, more: Partial<DicomWebTarget> = {}): DicomWebTarget => ({
  url: `${orthanc.url}/dicom-web`,
  deadlines,
  ...more,
});

const store = async (target: DicomWebTarget, items: readonly StowItem[]) => [
  ...(await storeInstances(target, items)).instances.values(),
];

describePeer("Orthanc over DICOMweb", ["Orthanc", "orthanc-dicomweb", "ffmpeg"], () => {
  beforeAll(async () => {
    folder = await temporaryDirectory();
  });
  afterAll(() => folder?.[Symbol.asyncDispose]());

  describe("as it comes", () => {
    let orthanc: Orthanc;
    let target: DicomWebTarget;
    beforeAll(async () => {
      orthanc = await startOrthanc({ directory: join(folder.path, "plain") });
      target = targetOf(orthanc);
    });
    afterAll(() => orthanc?.[Symbol.asyncDispose]());

    it("stores a still and a clip in one request, finds them, and gives them back byte for byte", async () => {
      const [still, clip] = [await makeStill(), await makeClip()];
      expect(await store(target, [still.item, clip.item])).toEqual([{ kind: "stored" }, { kind: "stored" }]);
      for (const made of [still, clip]) {
        const { sopInstanceUid } = made.address;
        expect(await findInstances(target, made.address, { limit: 10 })).toEqual({
          uids: new Set([sopInstanceUid]),
          isTruncated: false,
        });
        const back = join(folder.path, "back.dcm");
        const { sizeBytes } = await retrieveInstance(target, made.address, back, { maxBytes: 100_000_000 });
        expect(sizeBytes).toBe((await stat(back)).size);
        await expectPixels(back, made);
      }
    });

    it("may get the same instance again", async () => {
      const { item, address } = await makeStill();
      for (let time = 0; time < 2; time += 1) expect(await store(target, [item])).toEqual([{ kind: "stored" }]);
      const { sopInstanceUid: _, ...series } = address;
      expect((await findInstances(target, series, { limit: 10 })).uids.size).toBe(1);
    });

    it("takes an instance whose beginning was written anew", async () => {
      const made = await makeStill();
      const { dataSetOffset, sizeBytes } = await readPart10Meta(made.file);
      const head = (await readFile(made.file)).subarray(0, dataSetOffset + 200);
      const rest = { file: made.file, offset: head.length, sizeBytes: sizeBytes - head.length };
      expect(await store(target, [{ ...made.item, pieces: [head, rest] }])).toEqual([{ kind: "stored" }]);
      const back = join(folder.path, "again.dcm");
      await retrieveInstance(target, made.address, back, { maxBytes: 100_000_000 });
      await expectPixels(back, made);
    });

    it("pages: more are found than it is asked for at once", async () => {
      const media = await makeJpeg(folder.path);
      const first = composeStill(stillInput("vlMicroscopic", media.sizeBytes));
      const made: Made[] = [];
      for (let count = 0; count < 7; count += 1) {
        made.push(await make({ ...first, SOPInstanceUID: newUid() }, media, false));
      }
      await store(
        target,
        made.map(({ item }) => item),
      );
      const { sopInstanceUid: _, ...series } = made[0]?.address ?? { studyInstanceUid: "", seriesInstanceUid: "" };
      expect((await findInstances(target, { ...series }, { limit: 100 })).uids.size).toBe(7);
      expect(await findInstances(target, { ...series }, { limit: 3 })).toMatchObject({ isTruncated: true });
    });

    it("has not what was never sent", async () => {
      const { address } = await makeStill();
      expect(await findInstances(target, address, { limit: 10 })).toEqual({ uids: new Set(), isTruncated: false });
      const back = join(folder.path, "none.dcm");
      await expect(retrieveInstance(target, address, back, { maxBytes: 1000 })).rejects.toMatchObject({
        code: "not-found",
      });
    });

    it("answers 400 to garbage, and names what it stored beside it", async () => {
      const still = await makeStill();
      const garbage = { ...still.item, sopInstanceUid: newUid(), pieces: [Buffer.alloc(2000, "x")] };
      await expect(storeInstances(target, [garbage])).rejects.toMatchObject({ code: "status", httpStatus: 400 });
      expect(await store(target, [garbage, still.item])).toMatchObject([{ kind: "failed" }, { kind: "stored" }]);
      expect((await findInstances(target, still.address, { limit: 10 })).uids.size).toBe(1);
    });
  });

  it("that fails to store it answers 200 all the same: nothing is proven", async () => {
    const lua = "function ReceivedInstanceFilter(dicom, origin, info) error('no') end";
    await using orthanc = await startOrthanc({ directory: join(folder.path, "failing"), lua });
    const { item, address } = await makeStill();
    const answer = await storeInstances(targetOf(orthanc), [item]);
    expect(answer.httpStatus).toBe(200);
    expect(answer.instances.get(item.sopInstanceUid)?.kind).toBe("unconfirmed");
    expect((await findInstances(targetOf(orthanc), address, { limit: 10 })).uids.size).toBe(0);
  });

  it("that throws it away names it as stored: only a query finds that out", async () => {
    const lua = "function ReceivedInstanceFilter(dicom, origin, info) return false end";
    await using orthanc = await startOrthanc({ directory: join(folder.path, "filter"), lua });
    const { item, address } = await makeStill();
    expect(await store(targetOf(orthanc), [item])).toEqual([{ kind: "stored" }]);
    expect((await findInstances(targetOf(orthanc), address, { limit: 10 })).uids.size).toBe(0);
  });

  it("that wants a password gets it from its file", async () => {
    const settings = { AuthenticationEnabled: true, RegisteredUsers: { box: "right" } };
    await using orthanc = await startOrthanc({ directory: join(folder.path, "password"), settings });
    const passwordFile = join(folder.path, "password.txt");
    const target = targetOf(orthanc, { authorization: () => authorizationFrom({ user: "box", passwordFile }) });
    const { item } = await makeClip();
    await writeFile(passwordFile, "wrong\n");
    await expect(store(target, [item])).rejects.toMatchObject({ code: "unauthorised", httpStatus: 401 });
    await writeFile(passwordFile, "right\n");
    expect(await store(target, [item])).toEqual([{ kind: "stored" }]);
  });
});
