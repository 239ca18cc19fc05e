/** Pieces of Markdown. Pure. */

/** A table; a cell never ends one. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), `|${head.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

export const code = (text: string): string => `\`${text}\``;

/** Blocks with an empty line between; empty ones are left out. */
export function blocks(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("\n\n");
}

export const yesNo = (is: boolean): string => (is ? "Y" : "N");

/** `(0010,0020)` of `00100020`. */
export function tagText(tag: string): string {
  return `(${tag.slice(0, 4)},${tag.slice(4)})`;
}

/** `0xA700`. */
export function statusText(status: number): string {
  return `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** `Patient ID` of `PatientID`: the name of PS3.6, from its keyword. */
export function nameOf(keyword: string): string {
  const words = keyword.replaceAll(/([a-z])([A-Z])/g, "$1 $2").replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2");
  return Object.entries(names).reduce((text, [wrong, right]) => text.replace(wrong, right), words);
}

/** Where the keyword has lost an apostrophe, a hyphen or a lower-case word (PS3.6 6). */
const names: Readonly<Record<string, string>> = {
  "Patient Name": "Patient's Name",
  "Patient Birth Date": "Patient's Birth Date",
  "Patient Sex": "Patient's Sex",
  "Referring Physician Name": "Referring Physician's Name",
  "Performing Physician Name": "Performing Physician's Name",
  "Operators Name": "Operators' Name",
  "Manufacturer Model Name": "Manufacturer's Model Name",
  "Issuer Of": "Issuer of",
  "Date Of": "Date of",
  "Time Of": "Time of",
  "Number Of": "Number of",
  "Purpose Of": "Purpose of",
  "Names Of": "Names of",
  "Recipients Of": "Recipients of",
  "Reason For The": "Reason for the",
  "Comments On The": "Comments on the",
  "Offset From": "Offset From",
  "Date Time": "DateTime",
  "Samples Per": "Samples per",
  "Non Image": "Non-Image",
  SOPInstance: "SOP Instance",
};
