import { type AgentOptions, Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type RequestOptions } from "node:https";
import { nameToCheck, type TlsIdentity } from "../lib/tls-files.ts";
import { DicomWebError } from "./dicomweb-error.ts";

/** One DICOMweb service. */
export interface DicomWebTarget {
  /** Up to where `/studies` begins: `https://pacs.example/dicom-web`. */
  readonly url: string;
  /** Asked for each request, so that new files count at once; what it throws becomes code `tls`. */
  readonly tls?: () => TlsIdentity;
  /** The Authorization header, asked for each request; what it throws becomes code `unauthorised`. */
  readonly authorization?: () => string | undefined;
  /** In milliseconds; none of them counts while bytes of that direction flow. */
  readonly deadlines: {
    /** Name look-up, TCP and TLS. */
    readonly connectMs: number;
    /** Between two pieces of an answer. */
    readonly readMs: number;
    /** Without the server taking a byte of what we send; noticed between one and two times this. */
    readonly writeMs: number;
    /** From the end of the request to the beginning of the answer. */
    readonly responseMs: number;
  };
}

// Kept connections belong to a host, port and TLS identity; a new certificate opens new ones. Node lets idle ones not
// hold the process, and drops them before a server that announces a timeout does.
const keepAlive: AgentOptions = { keepAlive: true, maxFreeSockets: 8, timeout: 15_000 };
const agents = { http: new HttpAgent(keepAlive), https: new HttpsAgent(keepAlive) };

export interface Destination {
  readonly isSecure: boolean;
  /** Host and port, for people. */
  readonly where: string;
  readonly options: RequestOptions;
}

/** Where a request goes, and with which identity. Throws DicomWebError `connect-failed`, `tls`, `unauthorised`. */
export function destinationOf(target: DicomWebTarget, path: string, isFresh: boolean): Destination {
  const url = URL.canParse(target.url) ? new URL(target.url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DicomWebError("connect-failed", "The node's address is not one that begins with http:// or https://.");
  }
  const isSecure = url.protocol === "https:";
  const port = Number(url.port || (isSecure ? 443 : 80));
  const authorization = asked("unauthorised", "The token or password cannot be read.", target.authorization);
  if (authorization !== undefined && !/^[\x20-\x7e]+$/.test(authorization)) {
    throw new DicomWebError("unauthorised", "The token or password holds what cannot be sent. Check its file.");
  }
  const options: RequestOptions = {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port,
    path: `${url.pathname.replace(/\/+$/, "")}${path}`,
    headers: { "accept-encoding": "identity", ...(authorization === undefined ? {} : { authorization }) },
    agent: isFresh ? false : isSecure ? agents.https : agents.http,
  };
  return {
    isSecure,
    where: `${url.hostname}:${port}`,
    options: isSecure ? { ...options, ...secure(target) } : options,
  };
}

/** The server's certificate is always checked, against `serverName` or the host. */
function secure(target: DicomWebTarget): RequestOptions {
  const { serverName, ...identity } = asked("tls", "The TLS files cannot be read.", target.tls) ?? {};
  const name = nameToCheck(serverName);
  // A kept connection does not know what its certificate was held against, except by a name that was sent.
  const agent = name.checkServerIdentity === undefined ? {} : { agent: false as const };
  return { ...identity, ...name, ...agent, minVersion: "TLSv1.2", rejectUnauthorized: true };
}

/** What a function of the caller's gives; its error in our words, with its own message, which names the file. */
function asked<T>(code: "tls" | "unauthorised", message: string, ask: (() => T) | undefined): T | undefined {
  try {
    return ask?.();
  } catch (cause) {
    if (cause instanceof DicomWebError) throw cause;
    throw new DicomWebError(code, cause instanceof Error ? cause.message : message, { cause });
  }
}
