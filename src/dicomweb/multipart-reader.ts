/** The longest part header block, and so the longest wait for its end. */
const maxHeadBytes = 16_384;

export type MultipartFault = "no-part" | "cut-off";

/**
 * Takes the first part out of a multipart body (RFC 2046 5.1.1) as it comes: `push` gives the bytes of the part that are
 * certain by now, `isDone` says that its end was seen.
 */
export class FirstPart {
  readonly #delimiter: Buffer;
  #held: Buffer = Buffer.alloc(0);
  #state: "before" | "head" | "content" | "done" = "before";

  constructor(boundary: string) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, "latin1");
    // The first delimiter may stand at the very beginning.
    this.#held = Buffer.from("\r\n");
  }

  get isDone(): boolean {
    return this.#state === "done";
  }

  /** null: this is no multipart body with that boundary. */
  push(chunk: Buffer): Buffer | null {
    this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    if (this.#state === "before" && !this.#skipTo(this.#delimiter, "head")) return this.#wait();
    if (this.#state === "head" && !this.#skipTo(headEnd, "content")) return this.#wait();
    return this.#content();
  }

  #wait(): Buffer | null {
    return this.#held.length > maxHeadBytes ? null : nothing;
  }

  #skipTo(mark: Buffer, next: "head" | "content"): boolean {
    const at = this.#held.indexOf(mark);
    if (at < 0) return false;
    this.#held = this.#held.subarray(at + mark.length);
    this.#state = next;
    return true;
  }

  #content(): Buffer {
    if (this.#state === "done") return nothing;
    const at = this.#held.indexOf(this.#delimiter);
    if (at >= 0) this.#state = "done";
    // A delimiter may have begun at the end of what is here.
    const certain = at >= 0 ? at : Math.max(0, this.#held.length - this.#delimiter.length + 1);
    const content = this.#held.subarray(0, certain);
    this.#held = this.#held.subarray(certain);
    return content;
  }
}

const headEnd = Buffer.from("\r\n\r\n");
const nothing = Buffer.alloc(0);

/** The boundary in a multipart Content-Type; undefined when there is none. */
export function boundaryOf(contentType: string): string | undefined {
  if (!/^\s*multipart\//i.test(contentType)) return undefined;
  const [, quoted, plain] = /;\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70})(?=[\s;]|$))/i.exec(contentType) ?? [];
  return quoted ?? plain;
}
