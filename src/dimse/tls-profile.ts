import type { SecureContextOptions } from "node:tls";
import { DimseError } from "./dimse-error.ts";

/**
 * BCP 195 (RFC 9325, RFC 8996; DICOM PS3.15 B.9 and on): TLS 1.2 and 1.3 only, forward secrecy and authenticated encryption
 * only. What a plain Node adds to that (CBC, RSA key exchange) is not offered.
 */
export const tlsProfile = {
  minVersion: "TLSv1.2",
  maxVersion: "TLSv1.3",
  ciphers: [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE+AESGCM",
    "ECDHE+CHACHA20",
    "DHE+AESGCM",
  ].join(":"),
} as const satisfies SecureContextOptions;

const unknownAuthority =
  "its certificate is signed by an authority that this box does not know. Ask for that authority's certificate and set it as caFile";
const notTls =
  "that port does not speak TLS. Set the peer's TLS port (often 2762), or switch TLS off where that is allowed";
const refusedOurs =
  "it does not accept the certificate of this box. Have its authority entered at the peer, or set another certificateFile and keyFile";
const noCommonProtocol =
  "the two have no TLS version and cipher in common: this box takes TLS 1.2 and 1.3 with forward secrecy (BCP 195). Have the peer updated";
const expired = "its certificate has expired. Have it renewed; also check the clock of this box";
const wanted = "it wants a certificate of this box. Set certificateFile and keyFile";

/** Node's and OpenSSL's error codes in words; what is cut off here is told as any other lost connection. */
const words: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: unknownAuthority,
  SELF_SIGNED_CERT_IN_CHAIN: unknownAuthority,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT: unknownAuthority,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: unknownAuthority,
  CERT_UNTRUSTED: unknownAuthority,
  CERT_HAS_EXPIRED: expired,
  CERT_NOT_YET_VALID: "its certificate is not valid yet. Check the clock of this box and of the peer",
  CERT_REVOKED: "its certificate has been revoked. Have it replaced",
  CERT_SIGNATURE_FAILURE: "its certificate is damaged or forged. Have it replaced",
  INVALID_PURPOSE: "its certificate is not made for a server. Have it replaced",
  ERR_TLS_CERT_ALTNAME_INVALID:
    "its certificate is made out to another name. Set serverName to the name in it, or have it made out to this host",
  ERR_SSL_WRONG_VERSION_NUMBER: notTls,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: notTls,
  ERR_SSL_HTTP_REQUEST: notTls,
  ERR_SSL_UNEXPECTED_MESSAGE: notTls,
  ERR_SSL_UNSUPPORTED_PROTOCOL: noCommonProtocol,
  ALERT_PROTOCOL_VERSION: noCommonProtocol,
  ALERT_HANDSHAKE_FAILURE: `${noCommonProtocol}; or ${wanted}`,
  ERR_SSL_NO_SHARED_CIPHER: noCommonProtocol,
  ALERT_INSUFFICIENT_SECURITY: noCommonProtocol,
  ALERT_CERTIFICATE_REQUIRED: wanted,
  ALERT_UNKNOWN_CA: refusedOurs,
  ALERT_BAD_CERTIFICATE: refusedOurs,
  ALERT_CERTIFICATE_UNKNOWN: refusedOurs,
  ALERT_UNSUPPORTED_CERTIFICATE: refusedOurs,
  ALERT_CERTIFICATE_EXPIRED: "the certificate of this box has expired. Replace certificateFile and keyFile",
  ALERT_CERTIFICATE_REVOKED: "the certificate of this box has been revoked. Replace certificateFile and keyFile",
  ALERT_UNRECOGNIZED_NAME: "it does not know the name it was called by. Set serverName to the name in its certificate",
  // What a caller of ours may do wrong; the words are for the log.
  ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE: "it showed no certificate, and this box wants one",
  ERR_TLS_HANDSHAKE_TIMEOUT: "it did not finish the TLS handshake in time",
};

/** What the other side said (RFC 8446 6.2); OpenSSL puts the version of the alert's invention before it, and changes that. */
const alert = /^ERR_SSL_(SSLV3|SSL\/TLS|TLSV13|TLSV1)_(ALERT_)?/;

/** A failure of TLS as DimseError `tls`; undefined when this error is none. `where`: "the peer" or its address. */
export function tlsFailure(where: string, cause: Error | undefined): DimseError | undefined {
  const code = cause && "code" in cause ? String(cause.code) : "";
  const known = words[code] ?? words[code.replace(alert, "ALERT_")];
  if (known === undefined && !code.startsWith("ERR_SSL_") && !code.startsWith("ERR_TLS_")) return undefined;
  const why = known ?? `the handshake failed (${code}). Compare the TLS settings of both sides`;
  return new DimseError("tls", `No TLS with ${where}: ${why}.`, { cause });
}

/** Node only closes on a client whose certificate it does not accept, and leaves the code of the reason here. */
export function refusedCertificate(code: unknown): DimseError | undefined {
  if (code === undefined || code === null) return undefined;
  return new DimseError("tls", `No TLS with the caller: ${words[String(code)] ?? `its certificate: ${code}`}.`);
}

/** Our own certificate, key or CA cannot be used: nothing was sent. */
export function ownTlsFailure(cause: unknown): DimseError {
  if (cause instanceof DimseError) return cause;
  const why = cause instanceof Error ? cause.message : "they cannot be read";
  return new DimseError("tls", `The TLS certificate, key or CA file of this box cannot be used: ${why}`, { cause });
}
