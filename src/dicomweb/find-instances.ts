import { isUid } from "../dicom/dicom.ts";
import { isJsonDataSet, textAt } from "./dicom-json.ts";
import { DicomWebError } from "./dicomweb-error.ts";
import { exchange } from "./exchange.ts";
import type { DicomWebTarget } from "./target.ts";
import { refused, type WebAnswer } from "./web-answer.ts";

export interface InstanceQuery {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid?: string | undefined;
}

export interface FoundInstances {
  readonly uids: ReadonlySet<string>;
  /** There may be more than these: what is missing from `uids` is not known to be missing there. */
  readonly isTruncated: boolean;
}

const maxAnswerBytes = 16 * 1024 * 1024;
const maxPages = 200;

/**
 * QIDO-RS (PS3.18 10.6): the instances of a series that the server has, at most about `limit`. Servers give as many at
 * once as they like, with or without saying so (8.3.4.4.1): it is asked on until a page brings nothing new.
 * Throws DicomWebError; `not-found` may be the address, or a server's way to say that it has no such study.
 */
export async function findInstances(
  target: DicomWebTarget,
  query: InstanceQuery,
  options: { readonly limit: number; readonly signal?: AbortSignal | undefined },
): Promise<FoundInstances> {
  const uids = new Set<string>();
  for (let page = 0, offset = 0; page < maxPages && uids.size < options.limit; page += 1) {
    const wanted = Math.max(1, options.limit - uids.size);
    const found = await ask(target, query, { limit: wanted, offset }, options.signal).catch((error: unknown) => {
      // Some answer an offset behind their last match with an error.
      if (page > 0 && error instanceof DicomWebError && error.httpStatus !== undefined) return null;
      throw error;
    });
    if (found === null) return { uids, isTruncated: true };
    const before = uids.size;
    for (const uid of found) uids.add(uid);
    if (uids.size === before) return { uids, isTruncated: false };
    // One instance was asked for, and it is there.
    if (query.sopInstanceUid !== undefined && uids.has(query.sopInstanceUid)) return { uids, isTruncated: false };
    offset += found.length;
  }
  return { uids, isTruncated: true };
}

async function ask(
  target: DicomWebTarget,
  { studyInstanceUid, seriesInstanceUid, sopInstanceUid }: InstanceQuery,
  page: { readonly limit: number; readonly offset: number },
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const parameters = new URLSearchParams({ limit: String(page.limit) });
  if (page.offset > 0) parameters.set("offset", String(page.offset));
  if (sopInstanceUid !== undefined) parameters.set("SOPInstanceUID", sopInstanceUid);
  const path = `/studies/${uidInPath(studyInstanceUid)}/series/${uidInPath(seriesInstanceUid)}/instances?${parameters}`;
  const request = { method: "GET", path, headers: { accept: "application/dicom+json" }, signal } as const;
  return exchange(target, request, async (answer) => {
    const body = await answer.bytes(maxAnswerBytes);
    if (answer.status === 204) return [];
    if (answer.status < 200 || answer.status >= 300) throw refused(answer);
    return uidsIn(body, answer);
  });
}

function uidsIn(body: Buffer | null, { where, status }: WebAnswer): readonly string[] {
  const text = body?.toString("utf8").trim();
  // 200 without a body is how some say "none".
  if (text === "") return [];
  try {
    const matches: unknown = text === undefined ? undefined : JSON.parse(text);
    if (Array.isArray(matches)) {
      return matches.flatMap((match: unknown) => {
        const uid = isJsonDataSet(match) ? textAt(match, "00080018") : "";
        return isUid(uid) ? [uid] : [];
      });
    }
  } catch {
    // Told below, without the text.
  }
  const message = `What ${where} answered to a query is not DICOM JSON. Is this the address of its DICOMweb service?`;
  throw new DicomWebError("protocol", message, { httpStatus: status });
}

/** A UID is digits and dots; anything else must not become a part of an address. */
export function uidInPath(uid: string): string {
  if (isUid(uid)) return uid;
  throw new DicomWebError("protocol", "The instance has no valid UID to ask for.");
}
