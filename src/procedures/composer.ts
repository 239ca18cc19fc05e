import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { recordAudit } from "../audit/audit.ts";
import type { DeviceProfile } from "../devices/devices.ts";
import {
  type Derivation,
  derivedUid,
  fragmentableTwin,
  readPart10Meta,
  type SopClassName,
  sopClasses,
  writePart10,
} from "../dicom/dicom.ts";
import { ladderOf, makeRendition, type RenditionMedia, type RenditionPart } from "../encoding/encoding.ts";
import type { Clock } from "../lib/clock.ts";
import { renameDurable } from "../lib/durable-file.ts";
import type { NewsFeed } from "../lib/news.ts";
import { type Outbox, parseRenditionKey } from "../outbox/outbox.ts";
import type { Database } from "../store/store.ts";
import { CannotCompose, type ComposePicture, type ComposeSubject, composeInstance, type Station } from "./compose.ts";
import { madeFromClip } from "./made-from-clip.ts";
import type { Capture, Procedure } from "./procedure.ts";
import { clipTransferSyntax, originalEncodingOf, stillTransferSyntax } from "./release-plan.ts";
import { seriesOf, studyBeginOf } from "./series.ts";

export interface ComposerOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly outbox: Outbox;
  readonly profileOf: (profileId: string) => DeviceProfile | undefined;
  readonly station: Station;
  readonly ffmpegPath: string;
  readonly tellsSteps: boolean;
  readonly uidRoot: string | undefined;
  readonly clock: Clock;
  readonly news: NewsFeed;
}

/** One fragment is never longer (PS3.5 A.4); more goes into several, for nodes that take that. */
const longestFragmentBytes = 0xffff_fffc;
const fragmentBytes = 1_073_741_824;

interface Composed {
  readonly picture: ComposePicture;
  readonly transferSyntaxUid: string;
  readonly sopClassUid: string;
  readonly file: string;
  readonly dataSetOffset: number;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Step 6 of the flow: makes a rendition of a capture into Instances; files durable first, then one transaction owes them. */
export class Composer {
  readonly #options: ComposerOptions;

  constructor(options: ComposerOptions) {
    this.#options = options;
  }

  /** Throws CannotCompose, DicomError or EncodingError for what will not be better later; else the system's errors. */
  async compose(procedure: Procedure, capture: Capture, key: string, signal: AbortSignal): Promise<void> {
    const { storageDirectory } = this.#options;
    const subject = this.#subject(procedure, capture);
    const directory = join(storageDirectory, "work", `${capture.id}-${key.replaceAll("/", "-")}`);
    await rm(directory, { recursive: true, force: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    try {
      const media = await this.#media(subject, key, directory, signal);
      const pictures = this.#place(subject, key, media);
      const composed: Composed[] = [];
      for (const picture of pictures) composed.push(await this.#write(subject, picture, signal));
      this.#record(subject, key, composed);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  #subject(procedure: Procedure, capture: Capture): ComposeSubject {
    const { database, profileOf, station, tellsSteps } = this.#options;
    const profile = profileOf(capture.profileId);
    if (profile === undefined) {
      throw new CannotCompose(
        `The device profile ${capture.profileId} is missing. Put it back, then press Send again.`,
      );
    }
    const performedProcedureStepUid = tellsSteps ? procedure.performedProcedureStepUid : undefined;
    return {
      procedure,
      studyBegin: studyBeginOf(database, procedure),
      capture,
      profile,
      station,
      performedProcedureStepUid,
    };
  }

  async #media(subject: ComposeSubject, key: string, directory: string, signal: AbortSignal): Promise<RenditionMedia> {
    const { storageDirectory, ffmpegPath } = this.#options;
    const { capture } = subject;
    const { rung, maxBytes, transferSyntaxUid } = parseRenditionKey(key);
    const media = join(storageDirectory, capture.file);
    const whole = wholePart(capture, media);
    if (rung === "original" && maxBytes === null) return { parts: [whole], derivation: null, derivationCodes: [] };
    const { facts } = capture;
    if (facts === null) throw new CannotCompose("This capture was never finished.");
    return makeRendition({
      media,
      facts: facts.kind === "still" ? facts : { ...facts, transferSyntaxUid: whole.transferSyntaxUid },
      rung,
      ...(transferSyntaxUid !== null && { transferSyntaxUids: [transferSyntaxUid] }),
      maxBytes: maxBytes ?? Number.POSITIVE_INFINITY,
      directory,
      ffmpegPath,
      signal,
    });
  }

  /** Gives each part its UIDs; the rows are there before the files, so that no file is without one. */
  #place(subject: ComposeSubject, key: string, media: RenditionMedia): ComposePicture[] {
    const { database, uidRoot } = this.#options;
    const { capture, procedure } = subject;
    const { id: captureId, source, kind } = capture;
    const { rung, isPartsOfOriginal } = parseRenditionKey(key);
    const isOriginal = rung === "original" && !isPartsOfOriginal;
    const sopClass = this.#sopClass(subject, rung);
    return database.transaction(() => {
      const original = originalUid(database, captureId);
      const series = seriesOf(database, procedure, { source, kind, rung }, uidRoot);
      const of = media.parts.length;
      const insert = database.prepare(
        `INSERT INTO instance (sop_instance_uid, capture_id, procedure_id, series_instance_uid, rendition, part, parts,
           source_sop_instance_uid, instance_number) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (capture_id, rendition, part) DO UPDATE SET parts = excluded.parts`,
      );
      return media.parts.map((part, index): ComposePicture => {
        const number = index + 1;
        // Made from the original's, so that composing again after a crash makes the same Instance.
        const sopInstanceUid = isOriginal && number === 1 ? original : derivedUid(`${original}/${key}/${number}`);
        insert.run(
          sopInstanceUid,
          captureId,
          procedure.id,
          series.seriesInstanceUid,
          key,
          number,
          of,
          isOriginal ? null : original,
          of > 1 ? capture.number * 1000 + number : capture.number,
        );
        const derivation = isOriginal
          ? madeFromClip(database, this.#options.profileOf, capture)
          : this.#derivation(subject, original, media, part);
        return { sopClass, sopInstanceUid, ...series, part, number, of, derivation };
      });
    });
  }

  #sopClass({ capture, profile }: ComposeSubject, rung: RenditionRung): SopClassName {
    const original = originalEncodingOf(capture, profile);
    const [step] = ladderOf(original, [rung]);
    if (step === undefined) throw new CannotCompose("This kind of capture cannot be sent in that form.");
    return step.sopClass;
  }

  #derivation(
    { capture, profile }: ComposeSubject,
    original: string,
    media: RenditionMedia,
    part: RenditionPart,
  ): Derivation {
    const composed = this.#options.database
      .prepare("SELECT sop_class_uid AS uid FROM instance WHERE sop_instance_uid = ?")
      .get(original);
    // The profile may have changed since the original was composed; until then it says what it will be.
    const uid = String(composed?.uid ?? "") || sopClasses[originalEncodingOf(capture, profile).sopClass].uid;
    return {
      description: media.derivation ?? "Same pixels, stored under another SOP class",
      codes: media.derivationCodes,
      sources: [
        {
          referencedSopClassUid: uid,
          referencedSopInstanceUid: original,
          ...(part.sourceFrame !== null && { referencedFrameNumbers: [part.sourceFrame] }),
        },
      ],
    };
  }

  async #write(subject: ComposeSubject, picture: ComposePicture, signal: AbortSignal): Promise<Composed> {
    const { storageDirectory } = this.#options;
    const { sopInstanceUid, part } = picture;
    const { sopClassUid, dataSet } = composeInstance(subject, picture);
    const file = join("instances", `${sopInstanceUid}.dcm`);
    const target = join(storageDirectory, file);
    const half = `${target}.part`;
    await rm(half, { force: true });
    const isLong = part.pixelData.kind === "encapsulated" && part.sizeBytes > longestFragmentBytes;
    const transferSyntaxUid = isLong
      ? (fragmentableTwin(part.transferSyntaxUid) ?? part.transferSyntaxUid)
      : part.transferSyntaxUid;
    const pixelData =
      part.pixelData.kind === "encapsulated" && isLong
        ? { ...part.pixelData, maxFragmentBytes: fragmentBytes }
        : part.pixelData;
    const written = await writePart10(
      half,
      { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData },
      signal,
    );
    const { dataSetOffset } = await readPart10Meta(half);
    await renameDurable(half, target);
    return { picture, transferSyntaxUid, sopClassUid, file, dataSetOffset, ...written };
  }

  #record({ capture }: ComposeSubject, key: string, composed: readonly Composed[]): void {
    const { database, outbox, clock, news } = this.#options;
    const at = clock();
    database.transaction(() => {
      for (const { picture, sopClassUid, transferSyntaxUid, file, dataSetOffset, sizeBytes, sha256 } of composed) {
        const { sopInstanceUid, seriesInstanceUid, number, of, derivation } = picture;
        database
          .prepare(
            `UPDATE instance SET sop_class_uid = ?, transfer_syntax_uid = ?, file = ?, data_set_offset = ?, size_bytes = ?,
               sha256 = ?, composed_at = ?, series_instance_uid = ? WHERE sop_instance_uid = ?`,
          )
          .run(
            sopClassUid,
            transferSyntaxUid,
            file,
            dataSetOffset,
            sizeBytes,
            sha256,
            at,
            seriesInstanceUid,
            sopInstanceUid,
          );
        recordAudit(database, {
          at,
          actor: "scopeline",
          action: "instance-composed",
          subjectKind: "instance",
          subjectId: sopInstanceUid,
          detail: {
            captureId: capture.id,
            rendition: key,
            part: number,
            parts: of,
            derivation: derivation?.description ?? null,
            sopClassUid,
            transferSyntaxUid,
            sizeBytes,
            sha256,
          },
        });
      }
      outbox.oweRendition(capture.id, key);
    });
    outbox.wake();
    news.tell({ topic: "capture", id: capture.id });
  }
}

type RenditionRung = ReturnType<typeof parseRenditionKey>["rung"];

/** Reserved with the release. */
function originalUid(database: Database, captureId: string): string {
  const row = database
    .prepare(
      "SELECT sop_instance_uid AS uid FROM instance WHERE capture_id = ? AND source_sop_instance_uid IS NULL AND part = 1",
    )
    .get(captureId);
  if (row === undefined) throw new CannotCompose("This capture has no SOP Instance UID. Run `scopeline check`.");
  return String(row.uid);
}

/** The capture's own file as the pixels of one Instance. Throws CannotCompose when the stream is not legal DICOM. */
function wholePart(capture: Capture, path: string): RenditionPart {
  const { facts } = capture;
  const sizeBytes = capture.sizeBytes ?? 0;
  if (facts === null) throw new CannotCompose("This capture was never finished.");
  const shared = {
    pixelData: { kind: "encapsulated", path, sizeBytes },
    rows: facts.height,
    columns: facts.width,
    startOffsetMs: 0,
    sizeBytes,
    sourceFrame: null,
    lossyBefore: [],
  } as const;
  if (facts.kind === "still") {
    return {
      ...shared,
      ...(facts.encoding === "uncompressed" && { pixelData: { kind: "native", path, sizeBytes } as const }),
      transferSyntaxUid: stillTransferSyntax(facts),
      photometricInterpretation: (facts.encoding ?? "jpeg") === "jpeg" ? "YBR_FULL_422" : "RGB",
      frames: 1,
      frameRate: null,
      durationMs: 0,
    };
  }
  const chosen = clipTransferSyntax(facts);
  if ("refused" in chosen) throw new CannotCompose(`This clip cannot be sent as DICOM: ${chosen.refused}`);
  return {
    ...shared,
    transferSyntaxUid: chosen.uid,
    photometricInterpretation: "YBR_PARTIAL_420",
    frames: facts.frames,
    frameRate: { numerator: facts.fpsNum, denominator: facts.fpsDen },
    durationMs: facts.durationMs,
  };
}
