import { type FileHandle, open, readFile } from "node:fs/promises";
import { Turns } from "./turns.ts";

/** A file of JSON lines, each on disk before anyone is told of what it says. `Line`: only this program writes it. */
export class Journal<Line> implements AsyncDisposable {
  readonly #handle: FileHandle;
  readonly #turns = new Turns();

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Opens or makes the file. `lines`: what is in it; a line that a kill cut short is passed over. */
  static async open<Line>(file: string): Promise<{ journal: Journal<Line>; lines: Line[] }> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "";
      throw error;
    });
    const handle = await open(file, "a");
    // After a line that a kill cut short, the next one needs a line of its own.
    if (text !== "" && !text.endsWith("\n")) await handle.appendFile("\n");
    return { journal: new Journal<Line>(handle), lines: text.split("\n").flatMap(parse<Line>) };
  }

  /** Lines are written in the order of the calls. */
  append(line: Line): Promise<void> {
    return this.#turns.take(async () => {
      await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
      await this.#handle.datasync();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }
}

function parse<Line>(line: string): Line[] {
  try {
    return line ? [JSON.parse(line) as Line] : [];
  } catch {
    return [];
  }
}
