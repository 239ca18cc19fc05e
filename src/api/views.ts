import type { SourceStatus, StillEncoding } from "../capture/capture.ts";
import type { WorklistItem } from "../dicom/identity.ts";
import {
  type Capture,
  type CaptureProgress,
  lateralityOf,
  markerOffsetMs,
  type Procedure,
} from "../procedures/procedures.ts";
import type * as Api from "./schemas.ts";

/** Domain values as the API tells them: no file names, no internals. */

export function worklistEntry(
  { id, node, patient, step }: WorklistItem,
  lookAlikes: Api.WorklistEntry["lookAlikes"] = [],
): Api.WorklistEntry {
  return {
    id,
    node,
    patient,
    studyInstanceUid: step.studyInstanceUid,
    accessionNumber: step.accessionNumber,
    requestedProcedureDescription: step.requestedProcedureDescription,
    scheduledProcedureStepDescription: step.scheduledProcedureStepDescription,
    scheduledStationAeTitle: step.scheduledStationAeTitle,
    modality: step.modality,
    startDate: step.startDate,
    startTime: step.startTime,
    performingPhysicianName: step.performingPhysicianName,
    lookAlikes,
  };
}

/** How a still is stored. */
export function stillEncodingOf({ facts }: Pick<Capture, "facts">): StillEncoding {
  return facts?.kind === "still" ? (facts.encoding ?? "jpeg") : "jpeg";
}

export function captureView(capture: Capture, progress: CaptureProgress): Api.Capture {
  const { facts, epoch, seq } = capture;
  return {
    id: capture.id,
    procedureId: capture.procedureId,
    number: capture.number,
    kind: capture.kind,
    state: capture.state,
    progress,
    source: capture.source,
    frame: epoch === null || seq === null ? null : { epoch, seq },
    encoding: facts?.kind === "still" ? stillEncodingOf(capture) : null,
    codec: facts?.kind === "clip" ? facts.video.codec : null,
    frameExact: capture.frameExact,
    frameDistance: capture.frameDistance,
    beginsBeforeMs: capture.facts?.kind === "clip" ? (capture.facts.beginsBeforeMs ?? null) : null,
    lostFrames: capture.lostFrames,
    rescuedMissingMs: capture.rescuedMissingMs,
    derivedFrom: capture.derivedFrom,
    derivation: capture.derivation,
    markers: capture.markers.map(({ id, label, at, seq }) => ({
      id,
      label,
      at,
      offsetMs: markerOffsetMs(capture, seq),
    })),
    notice: [capture.notice, capture.composeFailure].filter(Boolean).join(" ") || null,
    pressedAt: capture.pressedAt,
    savedAt: capture.savedAt,
    sizeBytes: capture.sizeBytes,
    sha256: capture.sha256,
    width: facts?.width ?? null,
    height: facts?.height ?? null,
    frames: facts?.kind === "clip" ? facts.frames : null,
    durationMs: facts?.kind === "clip" ? Math.round(facts.durationMs) : null,
    sopInstanceUid: capture.sopInstanceUid,
    fileRemovedAt: capture.fileRemovedAt,
  };
}

export function procedureSummary(procedure: Procedure): Omit<Api.Procedure, "captures"> {
  const first = procedure.worklistItems[0]?.step;
  return {
    id: procedure.id,
    kind: procedure.kind,
    state: procedure.state,
    patient: procedure.patient,
    temporaryIdentity: procedure.temporaryIdentity,
    worklistItems: procedure.worklistItems.map((item) => worklistEntry(item)),
    description: first?.scheduledProcedureStepDescription || first?.requestedProcedureDescription || "",
    laterality: lateralityOf(procedure.worklistItems),
    studyInstanceUid: procedure.studyInstanceUid,
    performingPhysicianName: procedure.performingPhysicianName,
    timeOutConfirmedAt: procedure.timeOutConfirmedAt,
    begunAt: procedure.begunAt,
    completedAt: procedure.completedAt,
    releaseAt: procedure.releaseAt,
    releasedAt: procedure.releasedAt,
    resumedFrom: procedure.resumedFrom,
    discontinued: procedure.discontinued,
  };
}

export function procedureView(
  procedure: Procedure,
  captures: readonly { capture: Capture; progress: CaptureProgress }[],
): Api.Procedure {
  return {
    ...procedureSummary(procedure),
    captures: captures.map(({ capture, progress }) => captureView(capture, progress)),
  };
}

export function sourceView(
  source: { readonly id: string; readonly index: number; readonly profileId: string; readonly name: string },
  status: SourceStatus,
  resumingCaptureId: string | null,
): Api.SourceState {
  const { state, message, epoch, lastFrameAt, width, height, fps, restarts } = status;
  const { findings, measured, lostFrames, preview } = status;
  const { id, index, profileId, name } = source;
  return {
    id,
    index,
    profileId,
    name,
    state,
    message,
    epoch,
    lastFrameAt: lastFrameAt === null ? null : Math.round(lastFrameAt),
    width,
    height,
    fps,
    restarts,
    recordingCaptureId: status.recording,
    resumingCaptureId,
    findings: findings.map(({ since, ...finding }) => ({ ...finding, since: Math.round(since) })),
    measured,
    lostFrames,
    preview,
    lookBackS: status.lookBackS,
    limits: status.limits,
    stillsFrom: status.stillsFrom,
    encoder: status.encoder,
    passThrough: status.passThrough,
    untested: [...status.untested],
    assumed: [...status.assumed],
  };
}
