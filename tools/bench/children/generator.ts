/**
 * A camera as a process of its own: raw yuv420p frames with their number burned in, into a FIFO, at its own clock. Arguments:
 * FIFO, width, height, frames a second, seconds. Prints a line for each frame, `number time`, ms since the Unix epoch, before its
 * first byte is written. It has a few buffers, as a card has: where the reader is slower than that, frames are left out.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { frameStripe, stripeCells } from "../../../src/capture/input/frame-stripe.ts";

const [fifo = "", ...numbers] = process.argv.slice(2);
const [width = 0, height = 0, fps = 0, seconds = 0] = numbers.map(Number);

/** Detail that moves: a coder that met flat pictures would have nothing to do. */
function picture(shift: number): Buffer {
  const frame = Buffer.alloc((width * height * 3) / 2, 128);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const wave = 40 * Math.sin((x + shift * 4) / 23) + 30 * Math.cos((y - shift * 2) / 17);
      frame[y * width + x] = 126 + wave + ((x * 7 + y * 13 + shift * 5) % 11);
    }
  }
  return frame;
}

function burn(frame: Buffer, number: number): void {
  for (const [index, { x, y, width: w, height: h }] of stripeCells(width, height).entries()) {
    const bit = (number >> (frameStripe.bits - 1 - (index % frameStripe.bits))) & 1;
    const isWhite = index < frameStripe.bits ? bit === 1 : bit === 0;
    for (let row = y; row < y + h; row += 1) frame.fill(isWhite ? 235 : 16, row * width + x, row * width + x + w);
  }
}

/**
 * Of the card: so many frames may be late. ffmpeg asks a V4L2 driver for 256 buffers (libavdevice/v4l2.c) and gets at most 32
 * (VB2_MAX_FRAME), of which one is being filled.
 */
const buffers = 31;
const pictures = Array.from({ length: 8 }, (_unused, shift) => picture(shift));
const pipe = openSync(fifo, "w");
const wallMs = (): number => performance.timeOrigin + performance.now();
const begunAt = wallMs();
for (let number = 0; number < fps * seconds; number += 1) {
  const due = Math.floor(((wallMs() - begunAt) * fps) / 1_000);
  if (due - number > buffers) number = due - buffers;
  const frame = pictures[number % pictures.length];
  if (frame === undefined) break;
  burn(frame, number);
  const dueIn = begunAt + (number * 1_000) / fps - wallMs();
  if (dueIn > 0) await sleep(dueIn);
  process.stdout.write(`${number} ${wallMs().toFixed(3)}\n`);
  for (let at = 0; at < frame.length; ) at += writeSync(pipe, frame, at);
}
closeSync(pipe);
