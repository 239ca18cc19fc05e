/** Which web pages may talk to this box: also why none of another site can act as a signed-in user (decision 017). */
export interface OriginRules {
  /** The host the server is bound to. */
  readonly host: string;
  readonly allowedOrigins: readonly string[];
}

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request may be served, by its Host and Origin headers. The Host has to be a name of this box, or a page of
 * another site could reach it by pointing a name of its own here (DNS rebinding). RFC 6454.
 */
export function isAllowed(rules: OriginRules, headers: { readonly host?: string; readonly origin?: string }): boolean {
  const host = hostNameOf(`http://${headers.host ?? ""}`);
  const own = [
    // As the Host header has it: an IPv6 address in brackets and in its shortest form, names in small letters.
    hostNameOf(`http://${rules.host.includes(":") ? `[${rules.host}]` : rules.host}`),
    ...rules.allowedOrigins.map((origin) => hostNameOf(origin)),
  ];
  const isAnyAddress = rules.host === "0.0.0.0" || rules.host === "::";
  const knownHost =
    host !== undefined && (loopback.has(host) || own.includes(host) || (isAnyAddress && isAddress(host)));
  if (!knownHost) return false;
  if (headers.origin === undefined) return true;
  if (rules.allowedOrigins.includes(headers.origin)) return true;
  return URL.canParse(headers.origin) && new URL(headers.origin).host === headers.host;
}

function hostNameOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname : undefined;
}

/** An IP address cannot be pointed elsewhere. */
function isAddress(host: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(host) || host.startsWith("[");
}
