import { describe, expect, it } from "vitest";
import { chooseVideoTransferSyntax, clipRungs, sopClassNames, stillRungs, transferSyntaxes } from "../dicom/dicom.ts";
import { ladderOf } from "../encoding/encoding.ts";
import { storageContexts } from "./contexts.ts";
import { everyOriginal, recordedSyntaxes } from "./recorded.ts";
import { waysTo } from "./ways.ts";

const { jpegBaseline, jpegLsLossless, explicitLittleEndian, hevcMainLevel51 } = transferSyntaxes;
const { h264HighLevel41, h264HighLevel42, h264HighLevel42Stereo, mpeg2HighLevel } = transferSyntaxes;
const stillSyntaxes = [jpegBaseline, jpegLsLossless, explicitLittleEndian];

describe("what this box records", () => {
  it("are stills in each of their encodings", () => {
    expect([...recordedSyntaxes.still].sort()).toEqual([...stillSyntaxes].sort());
  });

  it("are clips in every transfer syntax that a stream of an encoder of ours may be labelled with", () => {
    const found = new Set<string>();
    const pictures = [
      ...[320, 1280, 1920, 3840].flatMap((width) => [24, 30, 50, 60, 120].map((frameRate) => ({ width, frameRate }))),
    ].map(({ width, frameRate }) => ({ width, height: (width * 9) / 16, frameRate, interlaced: false }));
    for (const picture of pictures) {
      for (const level of [3, 4.1, 4.2, 5.1]) {
        const eightBits = { ...picture, chromaFormat: "4:2:0", bitDepth: 8 } as const;
        const h264 = {
          ...eightBits,
          codec: "h264",
          profileIdc: 100,
          constraintFlags: 0,
          levelIdc: level * 10,
        } as const;
        const hevc = { ...eightBits, codec: "hevc", profileIdc: 1, highTier: false, levelIdc: level * 30 } as const;
        const packings = (["side-by-side", "top-bottom", "other"] as const).map((packing) => ({
          ...h264,
          framePacking: { packing },
        }));
        for (const stream of [h264, hevc, ...packings]) {
          const chosen = chooseVideoTransferSyntax(stream);
          if ("uid" in chosen) found.add(chosen.uid);
        }
      }
    }
    expect([...found].sort()).toEqual([...recordedSyntaxes.clip].sort());
  });
});

describe("the statement's contexts", () => {
  const encoding = {
    characterSet: "ISO_IR 192",
    maxInstanceBytes: 2_000_000_000,
    fragmentable: true,
    stills: stillRungs,
    clips: clipRungs,
  } as const;
  const named = (of: Parameters<typeof storageContexts>[0]) =>
    storageContexts(of, true).flatMap(({ sopClassUid, transferSyntaxUids }) =>
      transferSyntaxUids.map((uid) => `${sopClassUid} ${uid}`),
    );

  it("miss no class in no encoding that a capture may be sent in, and name no other", () => {
    const sent = everyOriginal(true).flatMap((original) =>
      ladderOf(original, [...(original.kind === "still" ? stillRungs : clipRungs), "leftView"], true).flatMap(
        ({ sopClassUid, transferSyntaxUids }) => transferSyntaxUids.map((uid) => `${sopClassUid} ${uid}`),
      ),
    );
    expect(named(encoding).sort()).toEqual([...new Set(sent)].sort());
    for (const uid of [...recordedSyntaxes.still, ...recordedSyntaxes.clip, mpeg2HighLevel]) {
      expect(sent.some((one) => one.endsWith(` ${uid}`))).toBe(true);
    }
  });

  it("say what is beside stereo pairs, to whom they are sent", () => {
    const purposesOf = (clips: (typeof clipRungs)[number][]) =>
      storageContexts({ ...encoding, clips }, false).flatMap(({ purposes }) => purposes);
    expect(purposesOf(["original"])).toContain("one view of the stereo pair");
    expect(purposesOf(["videoMicroscopicMpeg2"])).not.toContain("one view of the stereo pair");
  });
});

describe("the ways to an instance", () => {
  it("are there for every class, and the usual one is as it was recorded", () => {
    for (const sopClass of sopClassNames) {
      const [usual] = waysTo(sopClass);
      const isMade = sopClass === "multiFrameTrueColor";
      expect(usual, sopClass).toMatchObject({ isDerived: isMade });
      expect(usual?.encodedFrom === null, sopClass).toBe(!isMade);
    }
  });

  it("are those that make a difference", () => {
    const shown = (sopClass: (typeof sopClassNames)[number]) =>
      waysTo(sopClass).map(({ isDerived, transferSyntaxUid, encodedFrom }) => [
        isDerived ? "derived" : "original",
        transferSyntaxUid,
        ...(encodedFrom === null ? [] : [encodedFrom]),
      ]);
    expect(shown("vlMicroscopic")).toEqual([
      ["original", jpegBaseline],
      ["original", jpegLsLossless],
      ["original", explicitLittleEndian],
      ["derived", jpegBaseline],
      ["derived", jpegLsLossless],
      ["derived", explicitLittleEndian],
      ["derived", jpegBaseline, jpegLsLossless],
      ["derived", jpegBaseline, explicitLittleEndian],
    ]);
    expect(shown("videoMicroscopic")).toEqual(
      expect.arrayContaining([
        ["original", h264HighLevel41],
        ["original", h264HighLevel42Stereo],
        ["original", hevcMainLevel51],
        ["derived", h264HighLevel41, hevcMainLevel51],
        ["derived", h264HighLevel41, h264HighLevel42Stereo],
        ["derived", mpeg2HighLevel, hevcMainLevel51],
      ]),
    );
    expect(shown("videoMicroscopic").flat()).not.toContain(h264HighLevel42);
  });
});
