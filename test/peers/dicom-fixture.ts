/** Synthetic input for composing, and real JPEG and MP4 bytes made by ffmpeg. */
import { execFileSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FinishedClip, finaliseClip } from "../../src/capture/capture.ts";
import { isSlice, nalType, nalTypes, nalUnits } from "../../src/capture/pass-through/access-unit.ts";
import { CopiedNumbers } from "../../src/capture/pass-through/copied-numbers.ts";
import { withColour } from "../../src/capture/pass-through/sps-colour.ts";
import {
  type ComposeClipInput,
  type ComposeInput,
  type ComposeStillInput,
  newUid,
  type ScheduledStep,
  type StillSopClassName,
  transferSyntaxes,
  type VideoSopClassName,
} from "../../src/dicom/dicom.ts";

const at = { date: "20261124", time: "101112.345000", utcOffset: "+0100" };

export const step: ScheduledStep = {
  studyInstanceUid: "1.2.826.0.1.3680043.8.498.1",
  accessionNumber: "A2026001",
  referringPhysicianName: "Überweiser^Anna",
  requestedProcedureId: "RP1",
  requestedProcedureDescription: "Cataract surgery, right eye",
  requestedProcedureCodes: [{ codeValue: "54885007", codingSchemeDesignator: "SCT", codeMeaning: "Cataract surgery" }],
  admissionId: "ADM1",
  referencedStudies: [
    { referencedSopClassUid: "1.2.840.10008.3.1.2.3.1", referencedSopInstanceUid: "1.2.826.0.1.3680043.8.498.2" },
  ],
  scheduledProcedureStepId: "SPS1",
  scheduledProcedureStepDescription: "Phacoemulsification",
  scheduledProtocolCodes: [{ codeValue: "P1", codingSchemeDesignator: "99SITE", codeMeaning: "Phaco" }],
  scheduledStationAeTitle: "SCOPELINE",
  scheduledStationName: "OR1",
  modality: "GM",
  startDate: "20261124",
  startTime: "1000",
  performingPhysicianName: "Operateur^Jörg",
};

function common(): ComposeInput {
  return {
    patient: {
      patientName: "Yamada^Tarou=山田^太郎=やまだ^たろう",
      patientId: "PID-1",
      issuerOfPatientId: "HOSPITAL",
      patientBirthDate: "19640229",
      patientSex: "O",
    },
    steps: [step],
    study: {
      studyInstanceUid: step.studyInstanceUid,
      studyId: "S1",
      begunAt: at,
      studyDescription: "Cataract surgery, right eye",
    },
    performedStep: {
      performedProcedureStepId: "PPS1",
      performedProcedureStepStartAt: at,
      description: "Phacoemulsification",
      performingPhysicianName: "Operateur^Jörg",
      sopInstanceUid: newUid(),
    },
    series: {
      seriesInstanceUid: newUid(),
      seriesNumber: 1,
      modality: "GM",
      seriesDescription: "Stills",
      laterality: "R",
    },
    equipment: {
      manufacturer: "Optics Ltd",
      manufacturerModelName: "Scope 900",
      deviceSerialNumber: "12345",
      softwareVersions: "1.0",
      stationName: "OR1",
      institutionName: "Sankt Jürgen Klinik",
      detectorKind: "digital",
      captureDevice: {
        id: "BOX1",
        manufacturer: "Scopeline",
        manufacturerModelName: "Scopeline",
        softwareVersions: "0.1.0",
      },
    },
    anatomicRegion: { codeValue: "81745001", codingSchemeDesignator: "SCT", codeMeaning: "Eye" },
  };
}

export function stillInput(sopClass: StillSopClassName, sizeBytes: number): ComposeStillInput {
  return {
    ...common(),
    instance: { sopInstanceUid: newUid(), sopClass, instanceNumber: 1, acquiredAt: at },
    still: { rows: 270, columns: 480, samplesPerPixel: 3, photometricInterpretation: "YBR_FULL_422", sizeBytes },
  };
}

export function clipInput(
  sopClass: VideoSopClassName,
  sizeBytes: number,
  transferSyntaxUid?: string,
): ComposeClipInput {
  return {
    ...common(),
    instance: { sopInstanceUid: newUid(), sopClass, instanceNumber: 2, acquiredAt: at },
    clip: {
      rows: 270,
      columns: 480,
      numberOfFrames: 60,
      frameRate: { numerator: 30000, denominator: 1001 },
      transferSyntaxUid: transferSyntaxUid ?? transferSyntaxes.h264HighLevel41,
      sizeBytes,
      durationMs: 2002,
    },
  };
}

/** A 480×270 JPEG in 4:2:2 as the capture room makes it. */
export async function makeJpeg(folder: string): Promise<{ path: string; sizeBytes: number }> {
  const path = join(folder, "still.jpg");
  ffmpeg([
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=480x270",
    "-frames:v",
    "1",
    "-c:v",
    "mjpeg",
    "-pix_fmt",
    "yuvj422p",
    path,
  ]);
  return { path, sizeBytes: (await stat(path)).size };
}

/** 60 frames of 480×270 in H.264 High, MP4. */
export async function makeMp4(folder: string): Promise<{ path: string; sizeBytes: number }> {
  const path = join(folder, "clip.mp4");
  const encode = [
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-profile:v",
    "high",
    "-level",
    "4.1",
    "-x264-params",
    "8x8dct=1",
  ];
  const source = [
    "-f",
    "lavfi",
    "-i",
    "testsrc2=size=480x270:rate=30000/1001",
    "-frames:v",
    "60",
    "-pix_fmt",
    "yuv420p",
  ];
  ffmpeg([...source, ...encode, "-movflags", "+faststart", path]);
  return { path, sizeBytes: (await stat(path)).size };
}

/** A clip of the pictures of another, as a network encoder's stream that is passed through becomes one: 29.97 frames a second. */
export async function copiedClip(folder: string, from: string): Promise<FinishedClip> {
  const stream = join(folder, "stream.h264");
  ffmpeg(["-i", from, "-map", "0:v:0", "-c", "copy", stream]);
  const nals = nalUnits(await readFile(stream));
  const [sps, pps] = [7, 8].map((type) => nals.find((nal) => nalType(nal) === type) ?? Buffer.alloc(0));
  if (!sps?.length || !pps?.length) throw new Error("the stream has no parameter sets");
  const file = join(folder, "copied.mp4");
  const parts: Buffer[] = [];
  const track = { width: 480, height: 270, fpsNum: 30_000, fpsDen: 1001, sps: withColour(sps, 1), pps: [pps] };
  const numbers = new CopiedNumbers({
    ...{ epoch: 1, track, onInit: (init) => parts.push(init) },
    onFragment: ({ bytes }) => parts.push(bytes),
  });
  numbers.head();
  for (const [seq, nal] of nals.filter(isSlice).entries()) {
    numbers.give({ isKey: nalType(nal) === nalTypes.idr, timeUs: 0, nals: [nal] });
    numbers.counted(seq, Math.round((seq * 1000 * 1001) / 30_000) * 1000);
  }
  numbers.flush();
  await writeFile(`${file}.part`, Buffer.concat(parts));
  return finaliseClip(`${file}.part`, file, "ffmpeg");
}

function ffmpeg(args: readonly string[]): void {
  execFileSync("ffmpeg", ["-nostdin", "-loglevel", "error", "-y", ...args], { timeout: 60_000 });
}
