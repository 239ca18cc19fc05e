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
  for (const match of text.matchAll(/<(\/?)([A-Za-z_][\w:.-]*)([^<>]*?)(\/?)>/g)) {
    const [whole, closing, qualified = "", attributes = "", empty] = match;
    const top = stack.at(-1);
    if (top?.kind === "value") top.text += text.slice(from, match.index);
    from = match.index + whole.length;
    if (closing) {
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
    if (!empty) stack.push(opened);
  }
  return hasRoot && stack.length === 0 ? root : null;
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
