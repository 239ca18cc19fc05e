const name = "scopeline-session";
/** A header longer than this holds no cookie of ours. */
const mostLetters = 4_096;

/** The session's token in a Cookie header (RFC 6265 5.4); undefined where there is none. */
export function tokenIn(header: string | undefined): string | undefined {
  if (header === undefined || header.length > mostLetters) return undefined;
  const pairs = header.split(";").map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1);
}

/**
 * The Set-Cookie header for a token; an empty one takes the cookie away. No script reads it, no other site's page sends
 * it, and it ends with the browser. `isSecure`: the page came over HTTPS, so that it is never sent without.
 */
export function sessionCookie(token: string, isSecure: boolean): string {
  const end = token === "" ? "; Max-Age=0" : "";
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict${isSecure ? "; Secure" : ""}${end}`;
}
