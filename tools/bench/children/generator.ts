/**
 * A camera in a process of its own: writes raw yuv420p frames with the burned-in number into a FIFO at their time, and a
 * log line `number ms` (ms since the Unix epoch, before the first byte of the frame) for each.
 *   generator.ts FIFO LOG WIDTH HEIGHT FPS LOOP
 * LOOP holds raw frames of that size, played round and round. As a card with few buffers it does not wait for a reader that is
 * late: the number of such a frame is left out, with `number lost` in the log. It ends by SIGTERM.
 */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { frameStripe, stripeCells } from "../../../src/capture/input/frame-stripe.ts";

const [fifo = "", logFile = "", widthText, heightText, fpsText, loopFile = ""] = process.argv.slice(2);
const [width, height, fps] = [Number(widthText), Number(heightText), Number(fpsText)];
/** So many frames a card keeps for a reader that is late. */
const buffers = 4;

const frameBytes = (width * height * 3) / 2;
const loop = readFileSync(loopFile);
const pictures = Array.from({ length: Math.floor(loop.length / frameBytes) }, (_unused, at) =>
  loop.subarray(at * frameBytes, (at + 1) * frameBytes),
);
if (pictures.length === 0) throw new Error(`${loopFile} holds no frame of ${width}x${height}`);
const cells = stripeCells(width, height);
const log = openSync(logFile, "a");
const clock = new Int32Array(new SharedArrayBuffer(4));
const now = (): number => performance.timeOrigin + performance.now();

function burn(picture: Buffer, number: number): void {
  const top = cells[0]?.y ?? height;
  const row = Buffer.alloc(width, 16);
  for (const [at, { x, width: wide }] of cells.entries()) {
    const bit = Math.floor(number / 2 ** (frameStripe.bits - 1 - (at % frameStripe.bits))) % 2 === 1;
    if (bit === at < frameStripe.bits) row.fill(235, x, x + wide);
  }
  for (let y = top; y < height; y += 1) row.copy(picture, y * width);
  for (const plane of [width * height, (width * height * 5) / 4]) {
    picture.fill(128, plane + ((top / 2) * width) / 2, plane + (width * height) / 4);
  }
}

/** Blocks until a reader has opened the FIFO, plays until it goes, and resolves with the next number. */
function play(first: number): number {
  const pipe = openSync(fifo, "w");
  const begun = now();
  let number = first;
  try {
    for (; ; number += 1) {
      const due = begun + ((number - first) * 1000) / fps;
      const early = due - now();
      if (early > 0) Atomics.wait(clock, 0, 0, early);
      if (-early > (buffers * 1000) / fps) {
        writeSync(log, `${number} lost\n`);
        continue;
      }
      const picture = pictures[number % pictures.length];
      if (picture === undefined) continue;
      burn(picture, number);
      const at = now();
      for (let sent = 0; sent < frameBytes; ) sent += writeSync(pipe, picture, sent);
      writeSync(log, `${number} ${at.toFixed(2)}\n`);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPIPE")) throw error;
    return number;
  } finally {
    closeSync(pipe);
  }
}

for (let number = 0; ; ) number = play(number);
