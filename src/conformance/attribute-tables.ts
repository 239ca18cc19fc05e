import { entryOf } from "../dicom/dictionary.ts";
import { type Attribute, tagOf } from "./attributes.ts";
import { nameOf, tagText } from "./markdown.ts";
import { type Note, notes } from "./modules.ts";

/** Longer lists of values say less than the name of their source. */
const mostValues = 6;

/** The cells of one attribute: name, tag, VR, presence, source, value. */
export function attributeCells(attribute: Attribute): string[] {
  const { path, presence } = attribute;
  const keyword = path.at(-1) ?? "";
  return [
    `${">".repeat(path.length - 1)}${nameOf(keyword)}`,
    tagText(tagOf(keyword)),
    entryOf(keyword)?.vr ?? "",
    presence,
    sourceText(attribute),
    valueText(attribute),
  ];
}

export const attributeHead: readonly string[] = ["Attribute", "Tag", "VR", "Presence", "Source", "Value"];

function noteOf({ path, sources }: Attribute): Note | undefined {
  const note = notes[path.join(">")];
  return note?.unlessFixed && sources.includes("FIXED") ? undefined : note;
}

function sourceText(attribute: Attribute): string {
  return noteOf(attribute)?.source ?? attribute.sources.join(", ");
}

function valueText(attribute: Attribute): string {
  const { presence, values } = attribute;
  const note = noteOf(attribute);
  if (note !== undefined && presence !== "EMPTY") return note.words;
  return values.length > mostValues ? "" : values.join(" or ");
}
