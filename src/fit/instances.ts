import { join } from "node:path";
import type { StillEncoding } from "../capture/capture.ts";
import {
  type ComposeInput,
  composeClip,
  composeMultiFrameTrueColor,
  composeStill,
  type DataSet,
  newUid,
  readPart10Meta,
  type SopClassName,
  type StillSopClassName,
  sopClasses,
  transferSyntaxes,
  writePart10,
} from "../dicom/dicom.ts";
import type { RenditionMedia, RenditionPart } from "../encoding/encoding.ts";
import { localTime } from "../lib/clock.ts";
import type { Candidate } from "./candidates.ts";
import type { FitOptions, FitOriginals } from "./node.ts";

/** A synthetic instance as a Part 10 file. */
export interface FitInstance {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly file: string;
  readonly dataSetOffset: number;
  readonly sizeBytes: number;
  /** What is sent instead of the data set's beginning. */
  readonly head?: { readonly bytes: Buffer; readonly replacesBytes: number };
}

/** Somebody who does not exist, and says so; one for each study, so that no archive has to merge two names. */
export interface FitSubject {
  readonly patientName: string;
  readonly patientId: string;
  readonly studyDescription: string;
}

export const plainSubject: FitSubject = {
  patientName: "SCOPELINE^FIT TEST",
  patientId: "SCOPELINE-FIT",
  studyDescription: "Scopeline fit test, no patient",
};

export interface FitStudyOptions extends Pick<FitOptions, "station" | "workDirectory" | "clock"> {
  readonly originals: FitOriginals;
}

/** One study of one subject, and the instances in it. */
export class FitStudy {
  readonly subject: FitSubject;
  readonly studyInstanceUid = newUid();
  readonly #series = new Map<string, { readonly uid: string; readonly number: number }>();
  readonly #beganAtMs: number;
  readonly #options: FitStudyOptions;
  /** What derived instances are said to be made of; the box would have recorded it. */
  readonly #originals = new Map<string, string>();
  #instances = 0;

  constructor(subject: FitSubject, options: FitStudyOptions) {
    this.subject = subject;
    this.#options = options;
    this.#beganAtMs = options.clock();
  }

  /** Composes one instance into a file. Throws DicomError or the file system's own error. */
  async write(candidate: Candidate, media: RenditionMedia, signal: AbortSignal): Promise<FitInstance> {
    const [part] = media.parts;
    if (part === undefined) throw new Error("a rendition without parts");
    const sopInstanceUid = this.#uidOf(candidate);
    const series = this.#seriesOf(candidate);
    const dataSet = this.#compose(candidate, media, part, sopInstanceUid, series);
    const { sopClassUid } = candidate;
    const { pixelData, transferSyntaxUid } = part;
    const file = join(this.#options.workDirectory, `${sopInstanceUid}.dcm`);
    await writePart10(file, { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData }, signal);
    const { dataSetOffset, sizeBytes } = await readPart10Meta(file);
    const { studyInstanceUid } = this;
    const identity = { sopClassUid, sopInstanceUid, transferSyntaxUid, studyInstanceUid };
    return { ...identity, seriesInstanceUid: series.uid, file, dataSetOffset, sizeBytes };
  }

  #uidOf({ rung, picture, isFragmented }: Candidate): string {
    const uid = newUid();
    if (rung === "original" && !isFragmented && !this.#originals.has(picture)) this.#originals.set(picture, uid);
    return uid;
  }

  #seriesOf({ kind, sopClass }: Candidate): { readonly uid: string; readonly number: number } {
    const key = `${kind} ${sopClass}`;
    const series = this.#series.get(key) ?? { uid: newUid(), number: this.#series.size + 1 };
    this.#series.set(key, series);
    return series;
  }

  #compose(
    candidate: Candidate,
    media: RenditionMedia,
    part: RenditionPart,
    sopInstanceUid: string,
    series: { readonly uid: string; readonly number: number },
  ): DataSet {
    const { sopClass } = candidate;
    const at = localTime(this.#beganAtMs);
    this.#instances += 1;
    const source = {
      referencedSopClassUid: sopClasses[this.#options.originals[candidate.kind]].uid,
      referencedSopInstanceUid: this.#originals.get(candidate.picture) ?? newUid(),
    };
    const derivation =
      media.derivation === null
        ? undefined
        : { description: media.derivation, codes: media.derivationCodes, sources: [source] };
    const instance = { sopInstanceUid, instanceNumber: this.#instances, acquiredAt: at, derivation };
    const shared = this.#shared(sopClass, series, at);
    const { rows, columns, frames, frameRate, sizeBytes, durationMs, transferSyntaxUid, lossyBefore } = part;
    if (isStill(sopClass)) {
      const photometricInterpretation = part.photometricInterpretation === "RGB" ? "RGB" : "YBR_FULL_422";
      const encoding = stillEncodingOf(part);
      const picture = { rows, columns, samplesPerPixel: 3, photometricInterpretation, encoding, sizeBytes } as const;
      return composeStill({
        ...shared,
        instance: { ...instance, sopClass },
        still: { ...picture, sourceWasLossy: lossyBefore },
      });
    }
    if (frameRate === null) throw new Error("a clip without a frame rate");
    const clip = {
      rows,
      columns,
      numberOfFrames: frames,
      frameRate,
      sizeBytes,
      durationMs,
      sourceWasLossy: lossyBefore,
    };
    if (sopClass === "multiFrameTrueColor") {
      return composeMultiFrameTrueColor({ ...shared, instance: { ...instance, sopClass }, clip });
    }
    return composeClip({ ...shared, instance: { ...instance, sopClass }, clip: { ...clip, transferSyntaxUid } });
  }

  #shared(
    sopClass: SopClassName,
    series: { readonly uid: string; readonly number: number },
    at: ReturnType<typeof localTime>,
  ): ComposeInput {
    const { patientName, patientId, studyDescription } = this.subject;
    const { stationName, institutionName, serialNumber, softwareVersion } = this.#options.station;
    const box = { manufacturer: "Scopeline", manufacturerModelName: "Scopeline", softwareVersions: softwareVersion };
    return {
      patient: { patientName, patientId },
      steps: [],
      study: { studyInstanceUid: this.studyInstanceUid, studyId: "FIT", begunAt: at, studyDescription },
      performedStep: {
        performedProcedureStepId: "FIT",
        performedProcedureStepStartAt: at,
        description: "Fit test",
        performingPhysicianName: "",
      },
      series: {
        seriesInstanceUid: series.uid,
        seriesNumber: series.number,
        modality: sopClasses[sopClass].modality ?? "XC",
        seriesDescription: "Scopeline fit test",
      },
      equipment: {
        ...box,
        deviceSerialNumber: serialNumber,
        stationName,
        institutionName,
        detectorKind: "digital",
        captureDevice: { id: serialNumber || stationName, ...box },
      },
    };
  }
}

function stillEncodingOf({ pixelData, transferSyntaxUid }: RenditionPart): StillEncoding {
  if (pixelData.kind === "native") return "uncompressed";
  return transferSyntaxUid === transferSyntaxes.jpegLsLossless ? "jpeg-ls" : "jpeg";
}

function isStill(sopClass: SopClassName): sopClass is StillSopClassName {
  return sopClasses[sopClass].kind === "still";
}
