import { resolve } from "node:path";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { loadDeviceProfiles } from "../devices/devices.ts";
import { silentLog } from "../lib/log.ts";
import { EncoderFallback } from "./clip/encoder-fallback.ts";
import { CopiedStream } from "./pass-through/copied-stream.ts";
import { passThroughOf } from "./pass-through/pass-through.ts";
import { SourceLives } from "./source-lives.ts";

const { profiles } = await loadDeviceProfiles(resolve(import.meta.dirname, "../../device-profiles"));

/** A source whose encoder was heard, and whose child is begun by `onBegin`. */
function livesOf(onBegin: (lives: SourceLives, stream: CopiedStream) => void) {
  const profile = profiles.get("network-srt");
  if (profile === undefined) throw new Error("no profile");
  const shared = { id: "a", ffmpegPath: "/nowhere/ffmpeg", profile, log: silentLog };
  const told = { ended: 0 };
  const stream = new CopiedStream({
    track: { width: 1920, height: 1080, fpsNum: 30, fpsDen: 1, sps: Buffer.alloc(4), pps: [] },
    tail: () => [],
    end: async () => {
      told.ended += 1;
    },
  });
  const { passThrough } = passThroughOf(shared);
  if (passThrough === null) throw new Error("not asked for");
  passThrough.begin = async () => stream;
  const nothing = (): void => {};
  const lives = new SourceLives({
    ...{ ...shared, everyNth: 1, hasFull: false, findDevice: undefined, epochs: undefined, passThrough },
    encoder: new EncoderFallback(undefined, profile.clip.encoder.codec),
    listener: {
      ...{ onPreview: nothing, onFull: () => [], onInit: nothing, onFragment: nothing, onTime: nothing },
      onLook: nothing,
    },
    ...{ onArriving: nothing, onSilent: nothing, onOver: nothing },
    onBegin: () => onBegin(lives, stream),
  });
  return { lives, told };
}

test("an encoder's only call is ended where no child can be started for it", async () => {
  const { lives, told } = livesOf(() => {
    throw new Error("nothing left");
  });
  await expect(lives.live(new AbortController().signal)).rejects.toThrow("nothing left");
  expect(told.ended).toBe(1);
});

test("of pictures that wait for their child when the patient changes none goes into its life", async () => {
  const seen: unknown[] = [];
  const { lives } = livesOf((own, stream) => {
    stream.take({ kind: "picture", isKey: true, timeTicks: 0, nals: [Buffer.from([0x65, 1])] });
    seen.push(own.part());
    stream.feed(new PassThrough(), 7, { onInit: () => {}, onFragment: () => {}, onSkipped: () => {} });
    seen.push(own.part());
    stream.take({ kind: "picture", isKey: true, timeTicks: 3000, nals: [Buffer.from([0x65, 1])] });
    seen.push(own.part());
    throw new Error("enough");
  });
  await expect(lives.live(new AbortController().signal)).rejects.toThrow("enough");
  expect(seen).toEqual([null, null, { epoch: lives.epoch, seq: 0 }]);
  expect(lives.part()).toBeNull();
});
