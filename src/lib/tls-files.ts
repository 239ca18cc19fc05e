import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { type ConnectionOptions, checkServerIdentity, createSecureContext } from "node:tls";

/** How we appear to a TLS server, and whom we trust; PEM. Always TLS 1.2 or 1.3 (BCP 195, RFC 9325). */
export interface TlsIdentity {
  /** The authorities that may have signed the peer's certificate; without it those of the system. */
  readonly ca?: string;
  /** Our own certificate (with its chain) and key, where the peer wants to know who calls. */
  readonly cert?: string;
  readonly key?: string;
  /** The name in the peer's certificate, where it is not the host we connect to. */
  readonly serverName?: string;
}

/** The name that a server's certificate is held against. An address may stand in one, and is never sent (RFC 6066 3). */
export function nameToCheck(
  serverName: string | undefined,
): Pick<ConnectionOptions, "servername" | "checkServerIdentity"> {
  if (serverName === undefined) return {};
  if (isIP(serverName) === 0) return { servername: serverName };
  return { checkServerIdentity: (_host, certificate) => checkServerIdentity(serverName, certificate) };
}

/** How we appear to TLS clients; PEM. */
export interface TlsServerIdentity {
  /** The authorities that may have signed a client's certificate. */
  readonly ca?: string;
  readonly cert: string;
  readonly key: string;
  readonly requireClientCertificate: boolean;
}

export interface TlsFilePaths {
  readonly caFile?: string | undefined;
  readonly certificateFile?: string | undefined;
  readonly keyFile?: string | undefined;
  readonly serverName?: string | undefined;
}

/** One certificate in one of the files. */
export interface CertificateOnFile {
  readonly file: string;
  /** The common name where there is one, else the whole subject. */
  readonly subject: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

export type TlsFilesErrorCode = "unreadable" | "malformed" | "mismatch";

/** What is wrong with a certificate, key or CA file; the message says which and what to do. */
export class TlsFilesError extends Error {
  override readonly name = "TlsFilesError";
  readonly code: TlsFilesErrorCode;

  constructor(code: TlsFilesErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

interface Loaded {
  readonly stamp: string;
  readonly identity: TlsIdentity;
  readonly certificates: readonly CertificateOnFile[];
}

/** More than a bundle of every public authority; a longer file is something else. */
const maxFileBytes = 4 * 1024 * 1024;

/**
 * PEM files that somebody may replace while we run: looked at on each call, read again when one has changed. New files
 * that cannot be used (half written, key of another certificate) change nothing: the last good ones stay, `problem` tells.
 */
export class TlsFiles {
  readonly #paths: TlsFilePaths;
  #loaded: Loaded | undefined;
  #problem: TlsFilesError | undefined;

  constructor(paths: TlsFilePaths) {
    this.#paths = paths;
  }

  /** The same object until a file changes. Throws TlsFilesError only when the files were never good. */
  identity(): TlsIdentity {
    return this.#current().identity;
  }

  /** Throws TlsFilesError, also when there is no certificate or no key. */
  serverIdentity(requireClientCertificate: boolean): TlsServerIdentity {
    const { ca, cert, key } = this.identity();
    if (cert === undefined || key === undefined) {
      throw new TlsFilesError("mismatch", "Taking TLS connections needs certificateFile and keyFile.");
    }
    return { cert, key, requireClientCertificate, ...(ca === undefined ? {} : { ca }) };
  }

  /** Every certificate of the files in use, authorities and chain as well: the first to expire breaks the connection. */
  certificates(): readonly CertificateOnFile[] {
    this.#refresh();
    return this.#loaded?.certificates ?? [];
  }

  /** What is wrong with the files as they are now, in words; null when they are in use. */
  get problem(): string | null {
    this.#refresh();
    return this.#problem?.message ?? null;
  }

  #current(): Loaded {
    this.#refresh();
    if (this.#loaded) return this.#loaded;
    throw this.#problem ?? new TlsFilesError("unreadable", "The TLS files cannot be read.");
  }

  #refresh(): void {
    try {
      // Taken before reading: a file written meanwhile has another stamp the next time.
      const stamp = stampOf(this.#paths);
      if (stamp !== this.#loaded?.stamp) this.#loaded = load(this.#paths, stamp);
      this.#problem = undefined;
    } catch (error) {
      if (!(error instanceof TlsFilesError)) throw error;
      this.#problem = error;
    }
  }
}

function stampOf({ caFile, certificateFile, keyFile }: TlsFilePaths): string {
  const stamps = [caFile, certificateFile, keyFile].map((file) => {
    if (file === undefined) return "";
    const { mtimeMs, ctimeMs, size, ino } = attempt(file, () => statSync(file));
    return [mtimeMs, ctimeMs, size, ino].join(" ");
  });
  return stamps.join("\n");
}

function load({ caFile, certificateFile, keyFile, serverName }: TlsFilePaths, stamp: string): Loaded {
  const ca = caFile === undefined ? undefined : readPem(caFile);
  const cert = certificateFile === undefined ? undefined : readPem(certificateFile);
  const key = keyFile === undefined ? undefined : readPem(keyFile);
  const authorities = caFile === undefined || ca === undefined ? [] : certificatesIn(caFile, ca);
  const own = certificateFile === undefined || cert === undefined ? [] : certificatesIn(certificateFile, cert);
  const first = own[0];
  if ((first === undefined) !== (key === undefined)) {
    throw new TlsFilesError("mismatch", "certificateFile and keyFile belong together: set both or none.");
  }
  if (first !== undefined && keyFile !== undefined && key !== undefined) requireMatch(first, keyFile, key);
  const identity: TlsIdentity = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(serverName === undefined ? {} : { serverName }),
  };
  requireUsable(identity);
  const certificates = [...authorities, ...own].map(({ file, certificate }) => ({
    file,
    subject: /^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? certificate.subject.replaceAll("\n", ", "),
    expiresAt: certificate.validToDate.getTime(),
  }));
  return { stamp, identity, certificates };
}

interface Parsed {
  readonly file: string;
  readonly certificate: X509Certificate;
}

/** Every certificate; what lies between them is comment (RFC 7468 2). */
function certificatesIn(file: string, pem: string): readonly Parsed[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const begun = pem.split("-----BEGIN CERTIFICATE-----").length - 1;
  if (blocks.length === 0 || blocks.length !== begun) {
    throw new TlsFilesError("malformed", `${file} has no whole certificate in PEM form. Was it copied to its end?`);
  }
  return blocks.map((block) => {
    try {
      return { file, certificate: new X509Certificate(block) };
    } catch (cause) {
      throw new TlsFilesError("malformed", `A certificate in ${file} cannot be read. Copy the file again.`, { cause });
    }
  });
}

function requireMatch({ file, certificate }: Parsed, keyFile: string, pem: string): void {
  let isMatch: boolean;
  try {
    isMatch = certificate.checkPrivateKey(createPrivateKey(pem));
  } catch (cause) {
    const cure = "It must be a PEM file without a passphrase; was it copied to its end?";
    throw new TlsFilesError("malformed", `The key in ${keyFile} cannot be read. ${cure}`, { cause });
  }
  if (isMatch) return;
  throw new TlsFilesError("mismatch", `The key in ${keyFile} is not that of the certificate in ${file}. Replace both.`);
}

/** OpenSSL refuses some things only here: a key that is too short, a signature that is too weak. */
function requireUsable({ ca, cert, key }: TlsIdentity): void {
  try {
    createSecureContext({ ca, cert, key, minVersion: "TLSv1.2" });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 200) : "no reason given";
    throw new TlsFilesError("malformed", `TLS cannot use these certificates: ${why}.`, { cause });
  }
}

function readPem(file: string): string {
  return attempt(file, () => {
    if (statSync(file).size > maxFileBytes) {
      throw new TlsFilesError("malformed", `${file} is far too long for certificates. Is it the right file?`);
    }
    return readFileSync(file, "utf8");
  });
}

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof TlsFilesError) throw cause;
    const why = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
    const cure = "Is the path right, and may Scopeline read it?";
    throw new TlsFilesError("unreadable", `${file} cannot be read${why}. ${cure}`, { cause });
  }
}
