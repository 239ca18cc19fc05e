/** Text that is HTML already; everything else is escaped where it is put in. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = Html | string | number | readonly Html[];

/** A template of which every value is escaped, in text and in quoted attributes, unless it is Html itself. */
export function html(strings: TemplateStringsArray, ...values: readonly Part[]): Html {
  let text = strings[0] ?? "";
  for (const [index, value] of values.entries()) text += partText(value) + (strings[index + 1] ?? "");
  return new Html(text);
}

function partText(value: Part): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "object") return value.map((one) => one.text).join("");
  return escaped(String(value));
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  const visible = text
    // Controls, and what turns the direction of the text around it: a name must not change how a receipt reads.
    .replaceAll(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "")
    .replaceAll(/\p{Cc}/gu, " ")
    .toWellFormed();
  return visible.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? "");
}
