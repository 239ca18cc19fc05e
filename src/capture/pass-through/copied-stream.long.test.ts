import { execFile } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { FfmpegChild } from "../ffmpeg-child.ts";
import { isSlice, nalType, nalTypes, nalUnits } from "./access-unit.ts";
import { CopiedStream } from "./copied-stream.ts";

const run = promisify(execFile);

test("a real decoder's words for a slice that never came end the stream, and are not those of a whole one", async () => {
  const file = join(tmpdir(), `scopeline-slices-${process.pid}.h264`);
  const params = "8x8dct=1:slices=2:keyint=30:scenecut=0:bframes=0";
  await run("ffmpeg", [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=s=320x192:r=30", "-frames:v", "12"],
    ...["-pix_fmt", "yuv420p", "-c:v", "libx264", "-profile:v", "high", "-x264-params", params, file],
  ]);
  const nals = nalUnits(await readFile(file));
  await rm(file);
  const sps = nals.find((nal) => nalType(nal) === nalTypes.sps) ?? Buffer.alloc(0);
  const pps = nals.filter((nal) => nalType(nal) === nalTypes.pps);
  const slices = nals.filter(isSlice);
  expect(slices).toHaveLength(24);
  const endOf = async (isCut: boolean): Promise<string | undefined> => {
    const stream = new CopiedStream({
      ...{ track: { width: 320, height: 192, fpsNum: 30, fpsDen: 1, sps, pps } },
      ...{ tail: () => [], end: async () => {} },
    });
    const decode = ["-loglevel", "repeat+level+info", "-threads", "1", "-flags", "low_delay", "-f", "flv"];
    const child = new FfmpegChild("ffmpeg", [...decode, "-i", "pipe:3", "-f", "null", "-"], 1, {
      onLine: (line) => stream.heard(line),
    });
    child.output(1).resume();
    stream.feed(child.input(3), 1, { onInit: () => {}, onFragment: () => {}, onSkipped: () => {} });
    for (let at = 0; at < 24; at += 2) {
      const both = slices.slice(at, isCut && at === 10 ? at + 1 : at + 2);
      stream.take({ kind: "picture", isKey: at === 0, timeTicks: at * 1500, nals: both });
    }
    if (stream.end === null) child.input(3).end();
    await child.ended;
    return stream.end?.kind;
  };
  expect(await endOf(false)).toBeUndefined();
  expect(await endOf(true)).toBe("flawed");
});
