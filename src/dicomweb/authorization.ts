import { readFileSync, statSync } from "node:fs";
import { DicomWebError } from "./dicomweb-error.ts";

export interface CredentialFiles {
  readonly tokenFile?: string | undefined;
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
}

const maxSecretBytes = 65_536;

/**
 * The Authorization header: bearer token (RFC 6750) or basic (RFC 7617), read from its file now; undefined where neither
 * is set. Throws DicomWebError `unauthorised` for a file that cannot be read, is empty, or holds no header's text.
 */
export function authorizationFrom({ tokenFile, user, passwordFile }: CredentialFiles): string | undefined {
  if (tokenFile !== undefined) {
    const token = secretIn(tokenFile);
    if (/^[\x21-\x7e]+$/.test(token)) return `Bearer ${token}`;
    throw new DicomWebError("unauthorised", `${tokenFile} must hold the token and nothing else.`);
  }
  if (user === undefined || passwordFile === undefined) return undefined;
  if (user.includes(":")) throw new DicomWebError("unauthorised", "A user name with a colon cannot be sent.");
  return `Basic ${Buffer.from(`${user}:${secretIn(passwordFile)}`).toString("base64")}`;
}

/** Without the line end that editors put there. */
function secretIn(file: string): string {
  let text: string;
  try {
    text = statSync(file).size > maxSecretBytes ? "" : readFileSync(file, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    const why = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    const message = `${file} cannot be read${why}. Is the path right, and may Scopeline read it?`;
    throw new DicomWebError("unauthorised", message, { cause });
  }
  if (text !== "") return text;
  throw new DicomWebError("unauthorised", `${file} is empty or far too long. Put the secret into it.`);
}
