import { DicomWebError } from "./dicomweb-error.ts";

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there; is the address right and the server running?",
  ENOTFOUND: "the host name is not known; is it right, does name resolution work?",
  EAI_AGAIN: "the host name could not be looked up; does name resolution work?",
  EHOSTUNREACH: "the host cannot be reached; is the network connected?",
  ENETUNREACH: "the network cannot be reached; is it connected?",
  ETIMEDOUT: "the host did not answer; is it on, and does a firewall stand between?",
  ECONNRESET: "the server closed the connection at once",
};

const tlsWords: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate has expired; its administrator has to renew it",
  CERT_NOT_YET_VALID: "its certificate is not valid yet; is the clock of this box right?",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed; put that certificate into caFile",
  SELF_SIGNED_CERT_IN_CHAIN: "this box does not know the authority of its certificate; put the authority into caFile",
  UNABLE_TO_GET_ISSUER_CERT: "this box does not know the authority of its certificate; put the authority into caFile",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    "this box does not know the authority of its certificate; put the authority into caFile",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    "this box does not know the authority of its certificate, or the server sends no chain; check caFile",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name; check the address, or set serverName",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS on this port; is the address http:// instead?",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS on this port; is the address http:// instead?",
  ERR_SSL_UNSUPPORTED_PROTOCOL: "it offers only a version of TLS that is too old to be safe",
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: "it offers only a version of TLS that is too old to be safe",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: "it wants a client certificate; set certificateFile and keyFile",
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: "it does not know the authority of our certificate",
  ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED: "our certificate has expired; renew it",
};

const httpParser = /^HPE_/;
const openssl = /^(ERR_SSL_|ERR_TLS_|ERR_OSSL_|EPROTO$)/;

/** Why a request failed, from what Node says; `where` is host and port. Never carries a URL, header or body. */
export function failureOf(cause: Error, where: string, isConnected: boolean): DicomWebError {
  if (cause instanceof DicomWebError) return cause;
  const code = "code" in cause ? String(cause.code) : "";
  const tls = tlsWords[code];
  if (tls !== undefined || openssl.test(code)) {
    const why = tls ?? `TLS could not be agreed on (${code})`;
    return new DicomWebError("tls", `No secure connection to ${where}: ${why}.`, { cause });
  }
  if (httpParser.test(code)) {
    const cure = "Is this the address of a DICOMweb server?";
    return new DicomWebError("protocol", `What ${where} answered is not HTTP (${code}). ${cure}`, { cause });
  }
  if (isConnected) return closedByPeer(where, cause);
  const why = words[code] ?? (code || "the connection was closed");
  return new DicomWebError("connect-failed", `No connection to ${where}: ${why}`, { cause });
}

export function closedByPeer(where: string, cause?: Error): DicomWebError {
  const message = `${where} closed the connection before it had answered. Trying again helps if the network was at fault.`;
  return new DicomWebError("closed-by-peer", message, { cause });
}

export function cancelled(): DicomWebError {
  return new DicomWebError("cancelled", "The request was cancelled.");
}

/** What an HTTP status other than success means for the whole request (RFC 9110 15, PS3.18 8.5). */
export function failureOfStatus(answer: {
  readonly status: number;
  readonly retryAfter: string | undefined;
  readonly location: string | undefined;
  readonly where: string;
}): DicomWebError {
  const { status, where } = answer;
  const details = { httpStatus: status };
  if (status >= 300 && status < 400) {
    // Never followed: the address of an archive is a decision, and a token must not travel to another one.
    const message = `${where} says that the service is elsewhere (HTTP ${status}${elsewhere(answer)}). Set that address if it is right.`;
    return new DicomWebError("status", message, details);
  }
  switch (status) {
    case 401:
      return new DicomWebError(
        "unauthorised",
        `${where} wants to know who calls (HTTP 401). Check token or password.`,
        {
          ...details,
        },
      );
    case 403:
      return new DicomWebError(
        "forbidden",
        `${where} does not allow this box to do that (HTTP 403). Ask there.`,
        details,
      );
    case 404:
    case 410:
      return new DicomWebError(
        "not-found",
        `${where} has nothing at this address (HTTP ${status}). Check it.`,
        details,
      );
    case 413:
      return new DicomWebError("too-large", `${where} does not take that much in one request (HTTP 413).`, details);
    case 429:
    case 503: {
      const retryAfterMs = retryAfter(answer.retryAfter);
      return new DicomWebError("busy", `${where} is busy (HTTP ${status}).`, { ...details, retryAfterMs });
    }
    default:
      return new DicomWebError("status", `${where} could not do it (HTTP ${status}).`, details);
  }
}

/** Only scheme, host and port: the rest may hold a token or a patient's study. */
function elsewhere({ location }: { readonly location: string | undefined }): string {
  if (location === undefined || !URL.canParse(location)) return "";
  const { origin } = new URL(location);
  return origin === "null" ? "" : `: ${origin.slice(0, 200)}`;
}

const dayMs = 86_400_000;

/** Retry-After in milliseconds, seconds or date (RFC 9110 10.2.3), at most a day. */
function retryAfter(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const afterMs = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(afterMs) ? Math.min(Math.max(0, afterMs), dayMs) : undefined;
}
