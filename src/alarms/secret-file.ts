import { open } from "node:fs/promises";
import { NotifierError } from "./notifier.ts";

const maxBytes = 16_384;

/** The first line of a file that holds a token or password; read each time, so that a new one counts at once. */
export async function readSecret(file: string): Promise<string> {
  let text: string;
  try {
    await using handle = await open(file, "r");
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
    text = buffer.toString("utf8", 0, bytesRead);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? "";
    const cure = "Is the path right, and may Scopeline read it?";
    throw new NotifierError("secret-file", `${file} cannot be read (${code}). ${cure}`, { cause });
  }
  const [line = ""] = text.split(/\r?\n/, 1);
  if (line.length > 0 && !hasControls(line)) return line;
  throw new NotifierError("secret-file", `${file} does not hold a token or password in its first line.`);
}

function hasControls(line: string): boolean {
  return [...line].some((character) => character < " " || character === "\u007f");
}
