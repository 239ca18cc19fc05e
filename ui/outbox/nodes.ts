import { t } from "../i18n/i18n.ts";
import { en } from "../i18n/locales/en/en.ts";

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

/** What a node does for us, in words; a role that this screen does not know is named as it is. */
export function roleWords(role: string): string {
  return isKnownRole(role) ? t(`nodes.role.${role}`) : role;
}

const isKnownRole = (role: string): role is keyof typeof en.nodes.role => Object.hasOwn(en.nodes.role, role);
