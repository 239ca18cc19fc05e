/** The USB grabber of the guest: a card (v4l2loopback) that delivers JPEGs which a program writes into it, again and again the same. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { readStripe } from "../../src/capture/capture.ts";
import { simulatedMicroscope } from "../../src/capture/input/simulated-microscope.ts";
import { JpegSplitter } from "../../src/capture/streams/jpeg-splitter.ts";
import { run } from "./run.ts";

export const grabber = { device: "/dev/video9", width: 320, height: 180, fps: 5 } as const;

/**
 * So many pictures, each with its number burned in. Few a second: v4l2loopback writes into a buffer also while it is being
 * read, after as many pictures as it has buffers; no driver of a real card does.
 */
const pictures = 40;
const movie = "/run/grabber.avi";

export interface Grabber extends Disposable {
  /** Its own JPEGs, by the number in the picture. */
  readonly jpegs: readonly Buffer[];
}

/** Delivers from now on. */
export async function plugInGrabber(): Promise<Grabber> {
  const { device, width, height, fps } = grabber;
  const graph = simulatedMicroscope(width, height, fps, 1).replace(",realtime=limit=1", "");
  const jpeg = ["-frames:v", String(pictures), "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "3"];
  await run("ffmpeg", ["-v", "error", "-y", "-f", "lavfi", "-i", graph, ...jpeg, movie]);
  await run("ffmpeg", ["-v", "error", "-y", "-i", movie, "-c", "copy", "-f", "mjpeg", `${movie}.mjpeg`]);
  const jpegs: Buffer[] = [];
  new JpegSplitter(1 << 24, (one) => jpegs.push(Buffer.from(one))).push(await readFile(`${movie}.mjpeg`));
  if (jpegs.length !== pictures) throw new Error(`the grabber's movie has ${jpegs.length} pictures`);
  const args = ["-v", "error", "-re", "-stream_loop", "-1", "-i", movie, "-c", "copy", "-f", "v4l2", device];
  const child = spawn("ffmpeg", args, { stdio: ["ignore", "ignore", "inherit"] });
  return { jpegs, [Symbol.dispose]: () => void child.kill("SIGKILL") };
}

/** The number burned into a JPEG; null: it cannot be read. */
export async function numberOn(file: string): Promise<number | null> {
  const { width, height } = grabber;
  const raw = `${file}.gray`;
  const args = ["-v", "error", "-y", "-i", file, "-vf", `scale=${width}:${height},format=gray`, "-f", "rawvideo", raw];
  await run("ffmpeg", args);
  return readStripe(await readFile(raw), width, height);
}
