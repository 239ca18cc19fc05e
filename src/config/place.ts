/** A place in the settings: keys and list positions from the root, such as `["nodes", 0, "port"]`. */
export type Place = readonly (string | number)[];

/** `nodes[0].port`; the root itself is "the file". */
export function placeText(place: Place): string {
  const text = place
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .replace(/^\./, "");
  return text === "" ? "the file" : text;
}

/** What stands at a place of an unchecked value; undefined where there is nothing. */
export function valueAt(value: unknown, place: Place): unknown {
  let here = value;
  for (const step of place) {
    if (typeof here !== "object" || here === null || !Object.hasOwn(here, step)) return undefined;
    here = Reflect.get(here, step);
  }
  return here;
}

export function textAt(value: unknown, place: Place): string | undefined {
  const found = valueAt(value, place);
  return typeof found === "string" ? found : undefined;
}

/** The entries of the list at a place; none where there is no list. */
export function listAt(value: unknown, place: Place): readonly unknown[] {
  const found = valueAt(value, place);
  return Array.isArray(found) ? found : [];
}
