import { localTime } from "../lib/clock.ts";
import type { CaptureStory, NodeProof, StoryEvent, StoryState } from "./story.ts";

/** `2026-03-10 11:00:05 +0100`. */
export function timeOf(at: number): string {
  const { date, time, utcOffset } = localTime(at);
  const day = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  return `${day} ${time.slice(0, 2)}:${time.slice(2, 4)}:${time.slice(4, 6)} ${utcOffset}`;
}

/** `Muster, Max` and, where it has them, the other ways the name is written (PN, PS3.5 6.2.1). */
export function nameOf(personName: string): string {
  const groups = personName.split("=").map((group) => {
    const [family = "", given = "", middle = "", prefix = "", suffix = ""] = group
      .split("^")
      .map((part) => part.trim());
    const called = [prefix, given, middle, suffix].filter(Boolean).join(" ");
    return [family, called].filter(Boolean).join(", ");
  });
  return groups.filter(Boolean).join(" = ");
}

/** DA as `1961-02-03`; as it is where it is no date. */
export function dayOf(date: string): string {
  return /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : date;
}

/** `4.1 MB` (decimal). */
export function sizeOf(bytes: number | null): string {
  if (bytes === null) return "unknown size";
  if (bytes < 1_000) return `${bytes} bytes`;
  const [divisor, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  return `${(bytes / divisor).toFixed(1)} ${unit}`;
}

export const stateWords: Readonly<Record<StoryState, string>> = {
  recording: "Recording",
  saved: "Saved",
  sending: "Sending",
  sent: "Sent",
  safe: "Safe",
  held: "Held",
  cancelled: "Cancelled",
  failed: "Failed",
  deleted: "Deleted",
};

/** What a node has, in a sentence with who proved it. */
export function proofWords(proof: NodeProof): string {
  const { node, state, storedAt, provenBy, provenAt, reason } = proof;
  const why = reason === null ? "" : ` ${reason}`;
  const stored = storedAt === null ? "" : ` at ${timeOf(storedAt)}`;
  switch (state) {
    case "safe": {
      const proven = timeOf(provenAt ?? 0);
      return provenBy === "commitment"
        ? `Safe: ${node} promised to keep it (storage commitment, ${proven}).`
        : `Safe, by a weaker proof: ${node} showed that it has it when asked (query, ${proven}). It did not promise to keep it.`;
    }
    case "sent":
      return `Sent: ${node} answered that it stored it${stored}. Not proven by it since.${why}`;
    case "sending":
      return `Being sent to ${node}.`;
    case "waiting":
      return `Not at ${node} yet.${why}`;
    case "held":
      return `Held, not safe at ${node}: a person has to look.${why}`;
    case "cancelled":
      return `Cancelled: ${node} does not get it.${why}`;
    default:
      return state satisfies never;
  }
}

/** What the state of a capture means, where no node says more. */
export function stateSentence({ state, fileRemovedAt, nodes }: CaptureStory): string {
  switch (state) {
    case "recording":
      return "It is being recorded and not saved yet.";
    case "failed":
      return "It could not be saved: there is no picture.";
    case "deleted":
      return "A person deleted it on this box.";
    case "saved":
      return nodes.length === 0 ? "It is on this box, and sent to no archive yet." : "It is on this box.";
    default:
      return fileRemovedAt === null
        ? "It is on this box, too."
        : `Its files were removed from this box at ${timeOf(fileRemovedAt)}: what the archives have is all there is.`;
  }
}

const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
const said = (words: string | null): string => (words === null || words === "" ? "" : `: ${words}`);

/** What happened, in one sentence. */
export function eventWords(event: StoryEvent): string {
  switch (event.kind) {
    case "begun":
      return event.resumedFrom === null
        ? `Procedure begun${event.patient === null ? " without a patient" : ` for ${identity(event.patient)}`}`
        : "Procedure resumed in the same study";
    case "patient-assigned":
      return `Patient ${event.from === null ? "chosen" : `changed from ${identity(event.from)}`}${event.to === null ? "" : `${event.from === null ? ":" : " to"} ${identity(event.to)}`}`;
    case "completed":
      return event.discontinued === null
        ? "Procedure completed"
        : `Procedure discontinued: ${event.discontinued.codeMeaning}`;
    case "released":
      return "Procedure released for sending";
    case "pressed":
      return `Pressed (source ${event.source}, device profile ${event.profileId})`;
    case "made-from-clip":
      return event.firstFrame === event.lastFrame
        ? `Taken from clip ${event.clip}, frame ${event.firstFrame}, after the recording`
        : `Cut from clip ${event.clip}, frames ${event.firstFrame} to ${event.lastFrame}, after the recording`;
    case "cut":
      return `A part of it was cut into capture ${event.number ?? "of its own"}; this clip is as it was`;
    case "still-taken":
      return `A still was taken from it as capture ${event.number ?? "of its own"}`;
    case "marker-set":
      return "A moment was marked";
    case "marker-removed":
      return "A mark was taken away";
    case "recording-started":
      return "Recording started";
    case "saved":
      return `Saved on this box${event.sizeBytes === null ? "" : `, ${event.sizeBytes} bytes`}, SHA-256 ${event.sha256}`;
    case "failed":
      return `Could not be saved${said(event.words)}`;
    case "deleted":
      return `Deleted by a person${said(event.words)}`;
    case "composed":
      return `DICOM instance ${event.sopInstanceUid} made`;
    case "attempt":
      return `${event.node}: ${attemptWords(event)}`;
    case "stored":
      if (event.sopInstanceUid === null)
        return `${event.node} was told of the procedure step (MPPS)${warned(event.warning)}`;
      return `${event.node} answered that it stored it${warned(event.warning)}`;
    case "delivery":
      return `${event.node}: ${changeWords[event.change] ?? event.change}${said(event.words)}`;
    case "commitment-requested":
      return `${event.node} was asked to promise that it keeps it`;
    case "commitment-expired":
      return `${event.node} did not promise it, asked again${said(event.words)}`;
    case "commitment-failed":
      return `${event.node} does not promise it${said(event.words)}`;
    case "committed":
      return event.by === "commitment"
        ? `${event.node} promised to keep it (storage commitment)`
        : `${event.node} showed that it has it when asked (query: weaker than a promise)`;
    case "removed":
      return `Files removed from this box${event.words === "disk" ? ", the disk was filling up" : event.words === "age" ? ", they were old enough" : ""}`;
    case "other":
      return event.action;
    default:
      return event satisfies never;
  }
}

function outcomeWords(outcome: string): string {
  switch (outcome) {
    case "stored":
      return "sent, and taken";
    case "retry":
      return "sending failed, tried again later";
    case "held":
      return "refused";
    case "replaced":
      return "not taken in this encoding";
    case "interrupted":
      return "interrupted";
    default:
      return outcome;
  }
}

/** What came of one try, without the node: `sending failed, tried again later (0xA700): Out of resources`. */
export function attemptWords(attempt: {
  readonly outcome: string;
  readonly status: number | null;
  readonly words: string | null;
}): string {
  const status = attempt.status === null ? "" : ` (${hex(attempt.status)})`;
  return `${outcomeWords(attempt.outcome)}${status}${said(attempt.words)}`;
}

function warned(warning: string | null): string {
  return warning === null ? "" : `, with a warning: ${warning}`;
}

const changeWords: Readonly<Record<string, string>> = {
  held: "held for a person",
  hold: "held by a person",
  retry: "sent again by a person",
  cancel: "cancelled",
  replaced: "sent in another encoding instead",
  again: "sent again",
};

const identity = (patient: { readonly patientName: string; readonly patientId: string }): string =>
  `${nameOf(patient.patientName)} (${patient.patientId})`;
