import type { NetworkInput } from "../../devices/devices.ts";
import { networkInput } from "../command-line/input-arguments.ts";
import { FfmpegChild } from "../ffmpeg-child.ts";
import { type AccessUnit, accessUnitOf } from "./access-unit.ts";
import { TsReader } from "./ts-reader.ts";

/** Of one picture: more than the decoder's buffer of level 4.2 holds (H.264 Table A-1, MaxCPB). */
const maxPictureBytes = 8 * 1024 * 1024;

/** For a word to the encoder; then it is ended without. */
const hangUpMs = 300;

export interface ReceiverListener {
  readonly onUnit: (unit: AccessUnit) => void;
  /** What came makes no sense, or the child is gone: nothing comes any more. */
  readonly onOver: (error: Error) => void;
}

/** What to run: the stream as it comes, without packets that are damaged, each picture a packet that is sent at once. */
export function receiverArguments(input: NetworkInput): string[] {
  const noWait = ["-muxdelay", "0", "-muxpreload", "0", "-flush_packets", "1", "-omit_video_pes_length", "0"];
  return [
    ...["-hide_banner", "-nostats", "-loglevel", "repeat+level+info"],
    ...networkInput(input, "receiver"),
    ...["-map", "0:v:0", "-c:v", "copy", "-f", "mpegts", ...noWait, "pipe:1"],
  ];
}

/** The child that receives a network encoder's stream and decodes nothing of it. */
export class Receiver {
  readonly #child: FfmpegChild;
  #isOver = false;
  #hasOpened = false;

  constructor(ffmpegPath: string, input: NetworkInput, { onUnit, onOver }: ReceiverListener) {
    const reader = new TsReader(maxPictureBytes, (pes) => onUnit(accessUnitOf(pes)));
    const over = (error: Error): void => {
      if (this.#isOver) return;
      this.#isOver = true;
      onOver(error);
    };
    this.#child = new FfmpegChild(ffmpegPath, receiverArguments(input), 0, {
      onLine: (line) => {
        if (line.startsWith("[info] Input #0")) this.#hasOpened = true;
      },
    });
    this.#child.output(1).on("data", (chunk: Buffer) => {
      if (this.#isOver) return;
      try {
        reader.push(chunk);
      } catch (error) {
        over(error instanceof Error ? error : new Error(String(error)));
      }
    });
    void this.#child.ended.then(({ code, signal }) => over(new Error(`the receiver ended (${signal ?? code})`)));
  }

  /** The encoder answered. */
  get hasOpened(): boolean {
    return this.#hasOpened;
  }

  /** Its last words. */
  tail(): string[] {
    return this.#child.stderrTail();
  }

  /** It hangs up before it goes (RTSP's TEARDOWN, SRT's shutdown): many an encoder takes one call only, and ours is over. */
  async end(): Promise<void> {
    this.#isOver = true;
    await this.#child.stop(hangUpMs);
  }
}
