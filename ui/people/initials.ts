const AT_MOST = 2;

/** The first letters of the first and the last part of a name: short enough for the frame. */
export function initialsOf(displayName: string): string {
  const parts = displayName.split(/[\s,.-]+/u).filter((part) => /[\p{L}\p{N}]/u.test(part));
  const chosen = parts.length > AT_MOST ? [parts[0], parts.at(-1)] : parts;
  return chosen
    .flatMap((part) => [...(part ?? "")].filter((letter) => /[\p{L}\p{N}]/u.test(letter)).slice(0, 1))
    .join("")
    .toUpperCase();
}
