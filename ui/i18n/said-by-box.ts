import type { Health, SourceState } from "../../src/api/schemas.ts";
import { i18n, spoken, t } from "./i18n.ts";
import type { en } from "./locales/en/en.ts";

type HealthProblem = Health["problems"][number];
type Group = "refusals" | "findings" | "alarms" | "reasons" | "problemAreas";

/** One code stands for several sentences of the box: what exactly it was is said in its own words, under ours. */
const saysLess: ReadonlySet<string> = new Set<keyof typeof en.refusals>([
  ...(["bad-request", "encoder", "disk", "media", "refused", "not-now", "no-signal", "no-patient", "fault"] as const),
  ...(["procedure-not-open", "unknown-capture", "outside-clip", "not-a-clip", "busy"] as const),
  ...(["sign-in-locked", "not-allowed", "unfit-name", "unfit-pin"] as const),
]);

/** Our words for a code of the box, or none: the box speaks English, and English needs no other. */
function wordsFor(group: Group, code: string, what = ""): string | null {
  if (spoken() === "en" || code.includes(".")) return null;
  const key = `${group}.${code}`;
  // The code is what another program says it is: a key only if there is such a key.
  return i18n.exists(key) ? t(key as "alarms.held", { what }) : null;
}

/** Why the box refused something, by the code of its problem details. */
export function shownRefusal(code: string, detail: string): string {
  const ours = wordsFor("refusals", code);
  if (ours === null) return detail;
  return saysLess.has(code) ? `${ours}\n${detail}` : ours;
}

/** What the signal doctor found. */
export function shownFinding({ id, message }: Pick<SourceState["findings"][number], "id" | "message">): string {
  return wordsFor("findings", id) ?? message;
}

/** Why a procedure was discontinued (PS3.16 CID 9301). */
export function shownReason(reason: { readonly codeValue: string; readonly codeMeaning: string }): string {
  return wordsFor("reasons", reason.codeValue) ?? reason.codeMeaning;
}

interface SaidProblem {
  readonly message: string;
  /** The box's own words, where ours are a translation that knows less. */
  readonly original: string | null;
}

/** Something that is wrong with the box. */
export function shownProblem({ id, area, message }: Pick<HealthProblem, "id" | "area" | "message">): SaidProblem {
  const ours = alarmWords(id) ?? wordsFor("problemAreas", area);
  return ours === null ? { message, original: null } : { message: ours, original: message };
}

/** An alarm's id is its kind, and then what it is about: `node-down:PACS`, `source:main:black`. */
function alarmWords(id: string | undefined): string | null {
  if (id === undefined) return null;
  const [kind = "", ...about] = id.split(":");
  if (kind === "refusal") return wordsFor("alarms", kind, about.slice(1).join(":"));
  const finding = kind === "source" ? wordsFor("findings", about.at(-1) ?? "") : null;
  return finding ?? wordsFor("alarms", kind, about.join(":"));
}
