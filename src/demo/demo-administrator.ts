import { randomInt } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

export const administratorName = "Demo";

/**
 * The PIN of the demo's user, who has every role: made at the first start, and kept in the demo's folder for the next ones.
 * Where somebody changed it meanwhile, what is printed is not it any more.
 */
export async function administratorPin(url: string, directory: string): Promise<string> {
  const file = path.join(directory, "administrator-pin.txt");
  const known = await readFile(file, "utf8").then(
    (text) => text.trim(),
    () => undefined,
  );
  // No run and no two digits in turns, which the box refuses: the second and third are neither the first nor next to it.
  const first = randomInt(10);
  const pin =
    known ?? [first, (first + 3) % 10, (first + 5) % 10, ...Array.from({ length: 3 }, () => randomInt(10))].join("");
  const response = await fetch(`${url}/api/setup/administrator`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      displayName: administratorName,
      physicianName: "Demo^Doctor",
      roles: ["operator", "surgeon", "biomed", "auditor", "administrator"],
      pin,
    }),
  });
  // 409: it was set by an earlier start.
  if (!response.ok) return known ?? "as it was set: administrator-pin.txt is gone";
  await writeFile(file, `${pin}\n`, { mode: 0o600 });
  return pin;
}
