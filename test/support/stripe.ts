import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { readStripe } from "../../src/capture/input/frame-stripe.ts";

const run = promisify(execFile);

/** The burned-in frame numbers of every picture in a file, from its decoded pixels; null where a stripe cannot be read. */
export async function stripesIn(file: string, width: number, height: number): Promise<(number | null)[]> {
  const args = ["-v", "error", "-i", file, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "gray", "-"];
  const { stdout } = await run("ffmpeg", args, { encoding: "buffer", maxBuffer: 2 ** 31 - 1 });
  const pictureBytes = width * height;
  const numbers: (number | null)[] = [];
  for (let offset = 0; offset + pictureBytes <= stdout.length; offset += pictureBytes) {
    numbers.push(readStripe(stdout.subarray(offset, offset + pictureBytes), width, height));
  }
  return numbers;
}
