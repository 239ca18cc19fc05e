import type { JsonDataSet } from "./dicom-json.ts";

/** An element that has begun: a data set (root or Item), an attribute, or a value that gathers text. */
type Open =
  | { readonly kind: "data-set"; readonly attributes: Record<string, { Value: unknown[] }> }
  | { readonly kind: "attribute"; readonly values: unknown[] }
  | { readonly kind: "value"; readonly values: unknown[]; text: string }
  | { readonly kind: "other" };

const maxDepth = 16;

/**
 * A document of the Native DICOM Model (PS3.19 A.1) in the form of the JSON Model: as much of it as an answer to a store
 * needs, UIDs and numbers. null when it is none. No entity, document type or external thing is ever looked at.
 */
export function readNativeXml(text: string): JsonDataSet | null {
  const root: Record<string, { Value: unknown[] }> = {};
  const stack: Open[] = [];
  let hasRoot = false;
  let from = 0;
  for (const { start, end, isClosing, qualified, attributes, isEmpty } of tagsIn(text)) {
    const top = stack.at(-1);
    if (top?.kind === "value") top.text += text.slice(from, start);
    from = end;
    if (isClosing) {
      if (top === undefined) return null;
      if (top.kind === "value") top.values.push(top.text.trim());
      stack.pop();
      continue;
    }
    const name = qualified.replace(/^.*:/, "");
    if (stack.length === 0) {
      if (hasRoot || name !== "NativeDicomModel") return null;
      hasRoot = true;
    }
    if (stack.length >= maxDepth) return null;
    const opened =
      stack.length === 0 ? ({ kind: "data-set", attributes: root } as const) : begin(name, attributes, top);
    if (!isEmpty) stack.push(opened);
  }
  return hasRoot && stack.length === 0 ? root : null;
}

interface Tag {
  /** Of its `<`, and behind its `>`. */
  readonly start: number;
  readonly end: number;
  readonly isClosing: boolean;
  readonly qualified: string;
  readonly attributes: string;
  readonly isEmpty: boolean;
}

/** Every tag; whatever else stands between `<` and `>` is passed over. Looks at each character a few times at most. */
function* tagsIn(text: string): Generator<Tag> {
  let start = -1;
  for (const { 0: mark, index } of text.matchAll(/[<>]/g)) {
    if (mark === "<") {
      start = index;
      continue;
    }
    const inside = start < 0 ? "" : text.slice(start + 1, index);
    const isEmpty = inside.endsWith("/");
    const [, closing, qualified, attributes = ""] =
      /^(\/?)([A-Za-z_][\w:.-]*)(.*)$/s.exec(isEmpty ? inside.slice(0, -1) : inside) ?? [];
    if (qualified !== undefined) {
      yield { start, end: index + 1, isClosing: closing === "/", qualified, attributes, isEmpty };
    }
    start = -1;
  }
}

function begin(name: string, attributes: string, top: Open | undefined): Open {
  if (name === "DicomAttribute" && top?.kind === "data-set") {
    const tag = /\btag\s*=\s*["']([0-9A-Fa-f]{8})["']/.exec(attributes)?.[1]?.toUpperCase();
    const values: unknown[] = [];
    if (tag !== undefined) top.attributes[tag] = { Value: values };
    return { kind: "attribute", values };
  }
  if (name === "Item" && top?.kind === "attribute") {
    const item: Record<string, { Value: unknown[] }> = {};
    top.values.push(item);
    return { kind: "data-set", attributes: item };
  }
  if (name === "Value" && top?.kind === "attribute") return { kind: "value", values: top.values, text: "" };
  return { kind: "other" };
}
