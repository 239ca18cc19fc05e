import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from "yaml";
import type { Place } from "./place.ts";
import type { Locate, SettingsProblem } from "./problems.ts";

/** A YAML text as a plain value, with the way back from a place in the value to its line. */
export interface SettingsDocument {
  /** Undefined when the text is not usable YAML. */
  readonly value: unknown;
  readonly problems: readonly SettingsProblem[];
  readonly locate: Locate;
}

/**
 * Reads one YAML 1.2 document. Refused: duplicate keys, keys that are not text, several documents, tags, directives,
 * and anchors with their aliases (a few lines of them can stand for gigabytes).
 */
export function parseSettings(text: string): SettingsDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    stringKeys: true,
    resolveKnownTags: false,
    logLevel: "error",
  });
  const problems: SettingsProblem[] = [];
  const report = (offset: number, message: string): void => {
    const { line, col } = lines.linePos(offset);
    problems.push({ place: "the file", line, column: col, message });
  };
  for (const error of [...document.errors, ...document.warnings])
    report(error.pos[0], wordsOf(error.code, error.message));
  if (document.directives?.yaml.explicit === true) {
    report(0, "has a %YAML line; remove it, settings are always YAML 1.2");
  }
  if (problems.length === 0) {
    visit(document, {
      Node(_key, node) {
        // An alias without its anchor is refused by the parser.
        if (!isAlias(node) && node.anchor !== undefined) {
          report(node.range?.[0] ?? 0, "uses an anchor (&); write the value out each time, or put it in quotes");
        } else if (node.tag !== undefined) {
          report(node.range?.[0] ?? 0, "uses a tag (!); write the value without it, or put it in quotes");
        }
      },
    });
  }
  const root = document.contents;
  const locate: Locate = (place, at) => {
    const offset = offsetOf(root, place, at);
    if (offset === undefined) return undefined;
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return { value: problems.length === 0 ? document.toJS({ maxAliasCount: 0 }) : undefined, problems, locate };
}

/** The offset of the key or value at a place; of the nearest enclosing one where the place itself is not written. */
function offsetOf(root: Node | null, place: Place, at: "key" | "value"): number | undefined {
  let here: unknown = root;
  let key: unknown = root;
  for (const step of place) {
    if (isSeq(here) && typeof step === "number" && step < here.items.length) {
      here = here.items[step];
      key = here;
    } else if (isMap(here)) {
      const pair = here.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) break;
      here = pair.value;
      key = pair.key;
    } else break;
  }
  const wanted = at === "value" && isNode(here) ? here : key;
  return isNode(wanted) ? wanted.range?.[0] : undefined;
}

function wordsOf(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "has this key twice; keep one of them";
    case "MULTIPLE_DOCS":
      return "has more than one document; remove the --- line and what follows it";
    case "TAB_AS_INDENT":
      return "is indented with a tab; use spaces";
    case "NON_STRING_KEY":
      return "has a key that is not text; put it in quotes";
    case "TAG_RESOLVE_FAILED":
      return "uses a tag (!); write the value without it, or put it in quotes";
    default:
      return `is not YAML here: ${message}`;
  }
}
