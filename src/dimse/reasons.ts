import { DimseError } from "./dimse-error.ts";

/** Source and reason of an A-ASSOCIATE-RJ in words (PS3.8 Table 9-21); key: source then reason. */
const rejectWords: Readonly<Record<string, string>> = {
  "1.1": "no reason given",
  "1.2": "application context name not supported",
  "1.3": "our AE title (calling) is not known there: have it added at the peer",
  "1.7": "the AE title we called is not the peer's: correct it in the settings",
  "2.1": "no reason given by its ACSE provider",
  "2.2": "protocol version not supported",
  "3.1": "temporary congestion: it will be tried again",
  "3.2": "local limit exceeded, too many associations: it will be tried again",
};
const rejectSources: Readonly<Record<number, string>> = {
  1: "DICOM UL service-user",
  2: "DICOM UL service-provider (ACSE)",
  3: "DICOM UL service-provider (presentation)",
};

/** Source and reason of an A-ABORT in words (PS3.8 Table 9-26). The reason means something for source 2 only. */
const abortReasons: Readonly<Record<number, string>> = {
  0: "reason not specified",
  1: "unrecognized PDU",
  2: "unexpected PDU",
  4: "unrecognized PDU parameter",
  5: "unexpected PDU parameter",
  6: "invalid PDU parameter value",
};

/** Result/reason of one presentation context in an A-ASSOCIATE-AC (PS3.8 Table 9-18). */
const contextWords: Readonly<Record<number, string>> = {
  0: "accepted",
  1: "user rejection",
  2: "no reason given",
  3: "abstract syntax (SOP class) not supported",
  4: "transfer syntaxes not supported",
};

export function rejection(result: number, source: number, reason: number): DimseError {
  const permanent = result !== 2;
  const words = rejectWords[`${source}.${reason}`] ?? `reason ${reason}`;
  const who = rejectSources[source] ?? `source ${source}`;
  return new DimseError(
    permanent ? "rejected-permanent" : "rejected-transient",
    `The peer rejected the association (${permanent ? "permanent" : "transient"}, ${who}): ${words}.`,
  );
}

export function abortedByPeer(source: number, reason: number): DimseError {
  const words =
    source === 2
      ? `its DICOM UL service-provider: ${abortReasons[reason] ?? `reason ${reason}`}`
      : source === 0
        ? "its application (DICOM UL service-user)"
        : `source ${source}, reason ${reason}`;
  return new DimseError("aborted-by-peer", `The peer aborted the association, by ${words}.`);
}

export function contextRefusal(result: number): string {
  return contextWords[result] ?? `result ${result}`;
}

/** Values we send ourselves. */
export const abortByUser = { source: 0, reason: 0 } as const;
export const abortUnexpectedPdu = { source: 2, reason: 2 } as const;
export const abortInvalidParameter = { source: 2, reason: 6 } as const;
export interface AbortReason {
  readonly source: number;
  readonly reason: number;
}
