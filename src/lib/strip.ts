/**
 * Text without these characters at its end, or at both ends. A loop, because a pattern such as `/[\0 ]+$/` looks at a run in
 * the middle once for each of its characters: a peer that sends a long one would stop the whole process.
 */
export function strip(text: string, characters: string, where: "end" | "both"): string {
  const isPadding = (at: number): boolean => characters.includes(text.charAt(at));
  let start = 0;
  let end = text.length;
  while (end > 0 && isPadding(end - 1)) end -= 1;
  while (where === "both" && start < end && isPadding(start)) start += 1;
  return text.slice(start, end);
}
