import {
  type ClipRung,
  clipRungs,
  defaultStillRungs,
  fragmentableTwin,
  isHevc,
  type SopClassName,
  type StillRung,
  sopClasses,
  stillRungs,
  transferSyntaxes,
} from "../dicom/dicom.ts";

/** `leftView`: the 2D twin of a stereo clip, made for every node beside the original; no setting asks for it. */
export type Rung = ClipRung | StillRung | "leftView";

/** The encoding in which a capture was composed first. */
export interface OriginalEncoding {
  readonly kind: "still" | "clip";
  readonly sopClass: SopClassName;
  readonly transferSyntaxUid: string;
}

/** One step of the ladder: SOP class × transfer syntax. */
export interface LadderStep {
  readonly rung: Rung;
  readonly sopClass: SopClassName;
  readonly sopClassUid: string;
  /** Any of them will do; the better one first. */
  readonly transferSyntaxUids: readonly string[];
  /** What is in it, for people: `as recorded`. */
  readonly content: string;
  /** For people: `Video Endoscopic Image, as recorded`. */
  readonly label: string;
}

type Content =
  | "as recorded"
  | "H.264"
  | "MPEG-2"
  | "JPEG frames"
  | "uncompressed"
  | "JPEG"
  | "stills of key frames"
  | "one view of the stereo pair";

interface RungEncoding {
  readonly sopClass: SopClassName;
  readonly content: Content;
}

/** Of the class that the original has. */
type OwnClassRung = "original" | "leftView" | "jpeg";

const ofOwnClass: Readonly<Record<OwnClassRung, Content>> = {
  original: "as recorded",
  leftView: "one view of the stereo pair",
  jpeg: "JPEG",
};

const isOfOwnClass = (rung: Rung): rung is OwnClassRung => rung in ofOwnClass;

const encodings: Readonly<Record<Exclude<Rung, OwnClassRung>, RungEncoding>> = {
  videoMicroscopic: { sopClass: "videoMicroscopic", content: "as recorded" },
  videoEndoscopic: { sopClass: "videoEndoscopic", content: "as recorded" },
  videoPhotographic: { sopClass: "videoPhotographic", content: "as recorded" },
  videoMicroscopicH264: { sopClass: "videoMicroscopic", content: "H.264" },
  videoEndoscopicH264: { sopClass: "videoEndoscopic", content: "H.264" },
  videoPhotographicH264: { sopClass: "videoPhotographic", content: "H.264" },
  videoMicroscopicMpeg2: { sopClass: "videoMicroscopic", content: "MPEG-2" },
  videoEndoscopicMpeg2: { sopClass: "videoEndoscopic", content: "MPEG-2" },
  videoPhotographicMpeg2: { sopClass: "videoPhotographic", content: "MPEG-2" },
  multiFrameTrueColor: { sopClass: "multiFrameTrueColor", content: "JPEG frames" },
  keyFrames: { sopClass: "secondaryCapture", content: "stills of key frames" },
  vlMicroscopic: { sopClass: "vlMicroscopic", content: "as recorded" },
  vlEndoscopic: { sopClass: "vlEndoscopic", content: "as recorded" },
  vlPhotographic: { sopClass: "vlPhotographic", content: "as recorded" },
  secondaryCapture: { sopClass: "secondaryCapture", content: "as recorded" },
  secondaryCaptureUncompressed: { sopClass: "secondaryCapture", content: "uncompressed" },
  secondaryCaptureJpeg: { sopClass: "secondaryCapture", content: "JPEG" },
};

/**
 * The steps that are tried one after the other at a node. `allowed` (the node's setting) restricts and orders; in the
 * default order the original's own class comes before the other classes. A rung that is the original itself is called
 * `original`; rungs of the other kind, repetitions, and H.264 of what is H.264 already are left out. `isFragmentable` (a
 * node's setting): the recorded stream may come in several fragments, for what is beyond 4 GB.
 */
export function ladderOf(
  original: OriginalEncoding,
  allowed: readonly Rung[],
  isFragmentable = false,
): readonly LadderStep[] {
  const ofKind: readonly Rung[] = original.kind === "clip" ? clipRungs : stillRungs;
  const named = allowed
    .filter((rung) => ofKind.includes(rung) || (rung === "leftView" && original.kind === "clip"))
    .filter((rung) => contentOf(rung) !== "H.264" || isHevc(original.transferSyntaxUid))
    .map((rung) => nameOf(rung, original));
  const once = [...new Set(named)];
  const ordered = isDefaultOrder(allowed) ? ownClassFirst(once, original.sopClass) : once;
  return ordered.map((rung) => stepOf(rung, original, isFragmentable));
}

/**
 * The next step behind `after` that the node accepts, with only the transfer syntaxes it accepts; `after` null begins
 * at the top. null: there is none, and the instance is held for a person.
 */
export function nextRung(
  ladder: readonly LadderStep[],
  accepts: (sopClassUid: string, transferSyntaxUid: string) => boolean,
  after: Rung | null,
): LadderStep | null {
  const from = after === null ? 0 : ladder.findIndex(({ rung }) => rung === after) + 1;
  for (const step of ladder.slice(from)) {
    const transferSyntaxUids = step.transferSyntaxUids.filter((uid) => accepts(step.sopClassUid, uid));
    if (transferSyntaxUids.length > 0) return { ...step, transferSyntaxUids };
  }
  return null;
}

/** What the stream or picture as recorded is called in each other class. */
const classRungs: ReadonlyMap<SopClassName, Rung> = new Map(
  [...clipRungs, ...stillRungs].flatMap((rung): [SopClassName, Rung][] =>
    isOfOwnClass(rung) || contentOf(rung) !== "as recorded" ? [] : [[encodings[rung].sopClass, rung]],
  ),
);

/** A rung that would be what was recorded, byte for byte, goes by the name of that: `original`, or the class's own. */
function nameOf(rung: Rung, original: OriginalEncoding): Rung {
  const isAsRecorded = contentOf(rung) === "as recorded" || isRecordedAs(contentOf(rung), original.transferSyntaxUid);
  if (!isAsRecorded) return rung;
  const sopClass = classOf(rung, original.sopClass);
  return sopClass === original.sopClass ? "original" : (classRungs.get(sopClass) ?? rung);
}

function isRecordedAs(content: Content, transferSyntaxUid: string): boolean {
  if (content === "uncompressed") return transferSyntaxUid === transferSyntaxes.explicitLittleEndian;
  return content === "JPEG" && transferSyntaxUid === transferSyntaxes.jpegBaseline;
}

function isDefaultOrder(allowed: readonly Rung[]): boolean {
  return [clipRungs, defaultStillRungs].some(
    (order) => order.length === allowed.length && order.every((rung, at) => rung === allowed[at]),
  );
}

/** Within each encoding the class of the original first: it says best what the picture is. */
function ownClassFirst(rungs: readonly Rung[], sopClass: SopClassName): readonly Rung[] {
  const contents = [...new Set(rungs.map(contentOf))];
  return contents.flatMap((content) => {
    const same = rungs.filter((rung) => contentOf(rung) === content);
    const isOwn = (rung: Rung): boolean => classOf(rung, sopClass) === sopClass;
    return [...same.filter(isOwn), ...same.filter((rung) => !isOwn(rung))];
  });
}

function contentOf(rung: Rung): Content {
  return isOfOwnClass(rung) ? ofOwnClass[rung] : encodings[rung].content;
}

const classOf = (rung: Rung, ofOriginal: SopClassName): SopClassName =>
  isOfOwnClass(rung) ? ofOriginal : encodings[rung].sopClass;

/** Whether clips of this transfer syntax hold two views in each frame. */
export const isStereo = (transferSyntaxUid: string): boolean =>
  transferSyntaxUid === transferSyntaxes.h264HighLevel42Stereo ||
  transferSyntaxUid === fragmentableTwin(transferSyntaxes.h264HighLevel42Stereo);

function stepOf(rung: Rung, original: OriginalEncoding, isFragmentable: boolean): LadderStep {
  const sopClass = classOf(rung, original.sopClass);
  const { uid: sopClassUid, name } = sopClasses[sopClass];
  const content = contentOf(rung);
  const twin = isFragmentable && content === "as recorded" ? fragmentableTwin(original.transferSyntaxUid) : undefined;
  return {
    rung,
    sopClass,
    sopClassUid,
    transferSyntaxUids: [...syntaxesOf(content, original.transferSyntaxUid), ...(twin === undefined ? [] : [twin])],
    content,
    label: `${name}, ${content}`,
  };
}

function syntaxesOf(content: Content, recorded: string): readonly string[] {
  switch (content) {
    case "as recorded":
      return [recorded];
    case "H.264":
    case "one view of the stereo pair":
      return [transferSyntaxes.h264HighLevel41, transferSyntaxes.h264HighLevel42];
    case "MPEG-2":
      return [transferSyntaxes.mpeg2HighLevel, transferSyntaxes.mpeg2MainLevel];
    case "JPEG":
    case "JPEG frames":
    case "stills of key frames":
      return [transferSyntaxes.jpegBaseline];
    case "uncompressed":
      return [transferSyntaxes.explicitLittleEndian];
    default:
      return content satisfies never;
  }
}
