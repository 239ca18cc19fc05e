/** Video Endoscopic, Video Microscopic and Video Photographic Image Storage (PS3.4 B.5). */
const VIDEO_CLASSES: ReadonlySet<string> = new Set([
  "1.2.840.10008.5.1.4.1.1.77.1.1.1",
  "1.2.840.10008.5.1.4.1.1.77.1.2.1",
  "1.2.840.10008.5.1.4.1.1.77.1.4.1",
]);

export const kindOfOriginal = (sopClassUid: string): "still" | "clip" =>
  VIDEO_CLASSES.has(sopClassUid) ? "clip" : "still";

/** What "safe" rests on at a node with these roles; null: it gets no pictures. */
export function proofOfNode(roles: readonly string[]): "commitment" | "query" | "none" | null {
  if (!roles.includes("storage")) return null;
  if (roles.includes("commitment")) return "commitment";
  return roles.includes("query") ? "query" : "none";
}
