import { describe, expect, it } from "vitest";
import { clipRungs, defaultStillRungs, stillRungs, transferSyntaxes } from "../dicom/dicom.ts";
import { type Candidate, candidatesOf } from "./candidates.ts";
import { type FitNow, propose } from "./propose.ts";
import { now, rungsSeen, seenOf } from "./seen.fixture.ts";
import type { SizeSeen, StoreSeen, TextSeen } from "./seen.ts";

const refused: StoreSeen = { kind: "refused", words: "0xA700" };
const stored: StoreSeen = { kind: "stored", warning: null };
const h264 = /4\.10[24]$/;

describe("the roles that are proposed", () => {
  const works = { kind: "works", words: "" } as const;
  const rolesOf = (roles: FitNow["roles"], seen: Parameters<typeof seenOf>[0]) =>
    propose({ ...now, roles }, seenOf(seen)).proposed?.roles ?? null;

  it("are those that work", () => {
    expect(rolesOf(["storage"], { query: works, commitment: works })).toEqual(["storage", "commitment", "query"]);
    expect(rolesOf(["storage", "commitment", "query"], {})).toEqual(["storage"]);
  });

  it("are none where nothing is stored, whatever else works", () => {
    expect(rolesOf(["storage"], { rungs: rungsSeen(() => false), query: works, commitment: works })).toBeNull();
  });

  it("keep what is not tried, unless it is refused in negotiation", () => {
    const roles = ["worklist", "storage", "mpps"] as const;
    expect(rolesOf(roles, {})).toEqual(roles);
    expect(rolesOf(roles, { services: { mpps: false, worklist: true } })).toEqual(["worklist", "storage"]);
    expect(rolesOf(["storage"], { services: { mpps: true, worklist: true } })).toEqual(["storage"]);
  });

  it("believe a commitment that was set and takes its time, and no other", () => {
    const commitment = { kind: "no-report", words: "no report came" } as const;
    expect(rolesOf(["storage", "commitment"], { commitment })).toEqual(["storage", "commitment"]);
    expect(rolesOf(["storage"], { commitment })).toEqual(["storage"]);
  });

  it("take the commitment away from a node that confirms anything", () => {
    const commitment = { kind: "worthless", words: "It confirms an instance that was never sent" } as const;
    const { proposed, warnings } = propose({ ...now, roles: ["storage", "commitment"] }, seenOf({ commitment }));
    expect(proposed?.roles).toEqual(["storage"]);
    expect(warnings.join()).toContain("never sent");
  });
});

describe("the encodings that are proposed", () => {
  const encodingOf = (rungs: ReturnType<typeof rungsSeen>, encoding: Partial<FitNow["encoding"]> = {}) =>
    propose({ ...now, encoding: { ...now.encoding, ...encoding } }, seenOf({ rungs })).proposed?.encoding;

  it("leave the settings alone where everything is taken", () => {
    expect(propose(now, seenOf()).differences).toEqual([]);
  });

  it("never drop a rung where everything is taken, whatever the box records", () => {
    const every = { stills: stillRungs, clips: clipRungs };
    for (const still of ["secondaryCapture", "vlEndoscopic", "vlMicroscopic", "vlPhotographic"] as const) {
      for (const clip of ["videoEndoscopic", "videoMicroscopic", "videoPhotographic"] as const) {
        for (const stillEncodings of [[], ["jpeg-ls"], ["uncompressed"], ["jpeg-ls", "uncompressed"]] as const) {
          const of = candidatesOf({ still, clip, stillEncodings, recordsHevc: true, recordsStereo: true });
          const seen = seenOf({ rungs: rungsSeen(undefined, {}, of) });
          expect(propose({ ...now, encoding: { ...now.encoding, ...every } }, seen).differences).toEqual([]);
        }
      }
    }
  });

  it("have JPEG of stills without loss where JPEG stills are taken in that class, and nowhere else", () => {
    const encoding = { stills: defaultStillRungs };
    const secondary = rungsSeen(({ sopClass, transferSyntaxUid }) => {
      return sopClass === "secondaryCapture" && transferSyntaxUid === transferSyntaxes.jpegBaseline;
    });
    expect(encodingOf(secondary, encoding)?.stills).toEqual(["secondaryCapture", "secondaryCaptureJpeg"]);
    const own = rungsSeen(({ rung }) => rung === "original");
    expect(encodingOf(own, encoding)?.stills).toEqual(["original", "jpeg"]);
    const none = rungsSeen(({ transferSyntaxUid }) => transferSyntaxUid !== transferSyntaxes.jpegBaseline);
    expect(encodingOf(none, encoding)?.stills).toEqual(["secondaryCaptureUncompressed"]);
  });

  it("are what the site wants as far as it works, in its order", () => {
    const rungs = rungsSeen(({ transferSyntaxUid, isFragmented }) => !isFragmented && !h264.test(transferSyntaxUid));
    expect(encodingOf(rungs, { clips: ["keyFrames", "original", "videoMicroscopicMpeg2"] })?.clips).toEqual([
      "keyFrames",
      "videoMicroscopicMpeg2",
    ]);
  });

  it("have H.264 of HEVC where H.264 is taken in that class, and nowhere else", () => {
    const clips = ["original", "videoMicroscopicH264", "videoEndoscopicH264", "videoEndoscopicMpeg2"] as const;
    const taken = rungsSeen(({ sopClass, isFragmented }) => !isFragmented && sopClass !== "videoEndoscopic");
    expect(encodingOf(taken, { clips })?.clips).toEqual(["original", "videoMicroscopicH264"]);
    const none = rungsSeen(({ transferSyntaxUid, isFragmented }) => !isFragmented && !h264.test(transferSyntaxUid));
    expect(encodingOf(none, { clips })?.clips).toEqual(["videoEndoscopicMpeg2"]);
  });

  it("are whatever works where nothing works that the site wants", () => {
    const rungs = rungsSeen(({ rung }) => rung === "keyFrames" || rung === "vlPhotographic");
    expect(encodingOf(rungs)).toMatchObject({ stills: ["vlPhotographic"], clips: ["keyFrames"] });
    expect(encodingOf(rungs, { clips: ["original"] })?.clips).toEqual(["keyFrames"]);
  });

  it("never count what is taken in fragments only, unless the site sends fragments", () => {
    const rungs = rungsSeen(({ isFragmented, rung }) => isFragmented || rung === "keyFrames");
    expect(encodingOf(rungs)).toMatchObject({ fragmentable: false, clips: ["keyFrames"] });
    expect(encodingOf(rungs, { fragmentable: true })).toMatchObject({
      fragmentable: true,
      clips: ["original", "videoMicroscopic", "videoEndoscopic", "keyFrames"],
    });
  });

  it("end fragments that are not taken, and never begin them", () => {
    expect(encodingOf(rungsSeen(), { fragmentable: true })?.fragmentable).toBe(false);
    expect(encodingOf(rungsSeen(() => true))?.fragmentable).toBe(false);
    expect(propose(now, seenOf({ rungs: rungsSeen(() => true) })).notes.join()).toContain("fragments");
  });

  it("leave out what is missing, lost or comes back with other pixels", () => {
    const isOfOriginal = (rung: { readonly candidate: { readonly rung: string } }) =>
      rung.candidate.rung === "original";
    const all = rungsSeen();
    for (const more of [{ found: false }, { committed: false }, { readBack: { kind: "changed" } }] as const) {
      const rungs = all.map((rung) => (isOfOriginal(rung) ? { ...rung, ...more } : rung));
      expect(encodingOf(rungs)?.stills).toEqual(["secondaryCapture", "secondaryCaptureUncompressed"]);
    }
    // Committed weighs more than a query that lags behind.
    const rungs = all.map((rung) => ({ ...rung, found: false, committed: true }));
    expect(encodingOf(rungs)?.stills).toEqual(now.encoding.stills);
  });

  it("count an instance of which nothing was said only when it is found", () => {
    const unconfirmed = rungsSeen(undefined, { store: { kind: "unconfirmed", words: "HTTP 202" } });
    expect(propose(now, seenOf({ rungs: unconfirmed })).proposed).toBeNull();
    const found = unconfirmed.map((rung) => ({ ...rung, found: true }));
    expect(encodingOf(found)?.stills).toEqual(now.encoding.stills);
  });

  it("say where clips of 60 frames a second go that are not taken as they are", () => {
    const isSlow = ({ isFragmented, transferSyntaxUid }: { isFragmented: boolean; transferSyntaxUid: string }) =>
      !isFragmented && !transferSyntaxUid.endsWith("104");
    const { warnings } = propose(now, seenOf({ rungs: rungsSeen(isSlow) }));
    expect(warnings.join()).toContain("but as Video Microscopic Image, MPEG-2");
    const only = rungsSeen((one) => isSlow(one) && (one.kind === "still" || h264.test(one.transferSyntaxUid)));
    expect(propose(now, seenOf({ rungs: only })).warnings.join()).toContain("in no other way");
  });
});

describe("a node that does not take what the box records", () => {
  const warningsOf = (stillEncoding: "jpeg-ls" | "uncompressed", isTaken: (one: Candidate) => boolean) => {
    const records = { stillEncodings: [stillEncoding], recordsStereo: true };
    const of = candidatesOf({ still: "vlMicroscopic", clip: "videoMicroscopic", ...records });
    const rungs = rungsSeen((one) => !one.isFragmented && isTaken(one), {}, of);
    return propose(now, seenOf({ rungs })).warnings.join("\n");
  };
  const isPlain = ({ picture }: Candidate): boolean => picture === "still" || picture === "clip";

  it("is said to get one view of stereo pairs", () => {
    expect(warningsOf("jpeg-ls", ({ picture }) => picture !== "stereoClip")).toMatch(/gets one view of them alone/);
    expect(warningsOf("jpeg-ls", () => true)).not.toMatch(/one view/);
    expect(warningsOf("jpeg-ls", ({ kind }) => kind === "still")).not.toMatch(/one view/);
  });

  it("is said to get stills uncompressed, or with a loss", () => {
    expect(warningsOf("jpeg-ls", isPlain)).toMatch(/kept as JPEG-LS are not taken as they are, but uncompressed/);
    const isJpeg = (one: Candidate) => isPlain(one) && one.transferSyntaxUid !== transferSyntaxes.explicitLittleEndian;
    expect(warningsOf("jpeg-ls", isJpeg)).toMatch(/JPEG of each, with a loss/);
    expect(warningsOf("jpeg-ls", () => true)).not.toMatch(/Stills kept/);
    expect(warningsOf("uncompressed", ({ kind }) => kind === "clip")).not.toMatch(/Stills kept/);
  });

  it("is not said to take fast clips as stereo pairs", () => {
    const isTaken = ({ picture, rung }: Candidate) =>
      picture === "still" || picture === "stereoClip" || (picture === "clip" && rung === "original");
    expect(warningsOf("jpeg-ls", isTaken)).toMatch(/50 or 60 frames a second.*in no other way/);
  });
});

describe("the character set that is proposed", () => {
  const text = (characterSet: string, latin: TextSeen["latin"], wide: TextSeen["wide"] = "unknown"): TextSeen => ({
    characterSet,
    latin,
    wide,
    seenIn: "query",
  });
  const proposedFor = (texts: readonly TextSeen[]) => propose(now, seenOf({ texts }));

  it("is the first in which a name survives, with what that costs", () => {
    const { proposed, warnings } = proposedFor([text("ISO_IR 192", "changed"), text("ISO_IR 100", "kept")]);
    expect(proposed?.encoding.characterSet).toBe("ISO_IR 100");
    expect(warnings.join()).toContain("held for a person");
  });

  it("stays where none survives or nothing could be seen", () => {
    const none = proposedFor([text("ISO_IR 192", "changed"), text("ISO_IR 100", "not-stored")]);
    expect(none.proposed?.encoding.characterSet).toBe("ISO_IR 192");
    expect(none.warnings.join()).toContain("in whatever character set");
    expect(proposedFor([text("ISO_IR 192", "unknown")]).differences).toEqual([]);
  });

  it("stays where only letters beyond Western European are lost, and says so", () => {
    const { proposed, warnings } = proposedFor([text("ISO_IR 192", "kept", "changed")]);
    expect(proposed?.encoding.characterSet).toBe("ISO_IR 192");
    expect(warnings.join()).toContain("beyond Western European");
  });
});

describe("the limits that are proposed", () => {
  const limitFor = (sizes: readonly SizeSeen[], maxInstanceBytes = 2_000_000_000) =>
    propose({ ...now, encoding: { ...now.encoding, maxInstanceBytes } }, seenOf({ sizes })).proposed?.encoding
      .maxInstanceBytes;

  it("are the largest instance that was taken, in whole megabytes, where a larger one was not", () => {
    const sizes = [
      { sizeBytes: 100_000_000, store: refused },
      { sizeBytes: 50_003_000, store: stored },
    ];
    expect(limitFor(sizes)).toBe(50_000_000);
    // Between the two nothing is known.
    expect([limitFor(sizes, 80_000_000), limitFor(sizes, 40_000_000)]).toEqual([50_000_000, 40_000_000]);
  });

  it("stay where the large one is taken or could not be tried", () => {
    expect(limitFor([{ sizeBytes: 100_000_000, store: stored }])).toBe(2_000_000_000);
    expect(limitFor([{ sizeBytes: 100_000_000, store: { kind: "not-tried", words: "no room" } }])).toBe(2_000_000_000);
  });

  it("are the smallest there may be where nothing large is taken", () => {
    expect(limitFor([{ sizeBytes: 20_000_000, store: refused }])).toBe(10_000_000);
  });

  it("are as many associations as it serves, never more than the site wants", () => {
    const associationsFor = (most: number, tried: number) =>
      propose(now, seenOf({ associations: { most, tried } })).proposed?.sending.associations;
    expect([associationsFor(0, 1), associationsFor(1, 2), associationsFor(2, 4), associationsFor(4, 4)]).toEqual([
      1, 1, 2, 2,
    ]);
  });
});

describe("what is proposed for DICOMweb", () => {
  it("is what works of what it is used for", () => {
    const node = { ...now, dicomweb: { uses: ["store", "query"] } } as const;
    expect(propose(node, seenOf()).proposed?.dicomwebUses).toEqual(["store"]);
    expect(propose(node, seenOf()).differences).toContain("dicomweb.uses: [store, query] → [store]");
  });
});

describe("a warning", () => {
  it("blames the line and not the node's taste where there was no answer", () => {
    const rungs = rungsSeen(undefined, { store: { kind: "failed", words: "No answer in time." } });
    expect(propose(now, seenOf({ rungs })).warnings).toEqual([
      "Nothing could be stored at Archive: No answer in time.",
    ]);
  });

  it("tells instances that were taken and never confirmed from those that were lost", () => {
    const unconfirmed = rungsSeen(undefined, { store: { kind: "unconfirmed", words: "HTTP 202" } });
    expect(propose(now, seenOf({ rungs: unconfirmed })).warnings).toEqual([expect.stringContaining("without saying")]);
    const lost = rungsSeen().map((rung) => ({ ...rung, found: false }));
    expect(propose(now, seenOf({ rungs: lost })).warnings).toEqual([expect.stringContaining("keeps nothing")]);
  });

  it("names what is stored with a warning of the archive", () => {
    const rungs = rungsSeen();
    const [first, ...rest] = rungs;
    const warned = first && { ...first, store: { kind: "stored", warning: "0xB000" } as const };
    const { warnings } = propose(now, seenOf({ rungs: [...(warned ? [warned] : []), ...rest] }));
    expect(warnings[0]).toBe("It stores with a warning, so look there at what it changed: VL Microscopic Image, JPEG.");
  });

  it("says that what a node takes is never shown as safe where nothing proves it", () => {
    expect(propose(now, seenOf()).warnings).toEqual([expect.stringContaining("never shown as safe")]);
  });
});
