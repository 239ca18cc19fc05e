/** Where a request came from, as far as it can be known. */
export interface CameFrom {
  readonly address: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

const forwarding = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];

/**
 * Whether a request was certainly made on this machine. A proxy in front of the box would make all of them look so: with
 * another site's address in server.allowedOrigins, or a proxy's headers, nothing is certain.
 */
export function isAtBox({ address, headers }: CameFrom, allowedOrigins: readonly string[]): boolean {
  const isLoopback = /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(address) || address === "::1";
  return isLoopback && allowedOrigins.length === 0 && forwarding.every((name) => headers[name] === undefined);
}
