import type { Line, Transport } from "../api/transport.ts";
import { galleryNow } from "./fixtures/clock.ts";
import { pictureAddress, pictureJpeg } from "./pictures.ts";
import { respond, type World } from "./world.ts";

/** What the preview sends: nothing, one picture that stays, or pictures with these flags. */
export type Preview =
  | "silent"
  | "stopped"
  | { readonly signal?: boolean; readonly frozen?: boolean; readonly reduced?: boolean };

export interface Scene {
  readonly world: World;
  readonly preview: Preview;
  /** Of `captures/{id}/media`. */
  readonly film: string;
}

const FRAME_MS = 150;
const HEADER_BYTES = 24;
const OPEN = 1;

/** Answers in place of the box, from what the scene now on the stage says. */
export function galleryTransport(scene: () => Scene): Transport {
  return {
    request: (path, { method = "GET" }) => respond(scene().world, method, path),
    addressOf: (path) => (path.endsWith("/media") ? scene().film : pictureAddress(numberIn(path))),
    connect: (path) => (path.endsWith("/preview") ? previewLine(scene) : silentLine()),
  };
}

const numberIn = (path: string): number => Number(/\d+(?!.*\d)/.exec(path)?.[0] ?? 0);

function silentLine(): Line {
  const line: Line = {
    ...{ binaryType: "arraybuffer", readyState: OPEN, onopen: null, onmessage: null, onclose: null },
    ...{ close: () => {}, send: () => {} },
  };
  setTimeout(() => line.onopen?.(new Event("open")), 0);
  return line;
}

function previewLine(scene: () => Scene): Line {
  const line = silentLine();
  const picture = pictureJpeg(0);
  let seq = 0;
  const send = async (): Promise<void> => {
    const { preview } = scene();
    if (preview === "silent" || (preview === "stopped" && seq > 0)) return;
    seq += 1;
    const flags = preview === "stopped" ? {} : preview;
    const data = messageOf(await picture, seq, flags);
    line.onmessage?.(new MessageEvent("message", { data }));
  };
  const timer = setInterval(() => void send(), FRAME_MS);
  return Object.assign(line, { close: () => clearInterval(timer) });
}

/** A message as ui/live/frame-header.ts reads it. */
function messageOf(jpeg: ArrayBuffer, seq: number, flags: Exclude<Preview, string>): ArrayBuffer {
  const { signal = true, frozen = false, reduced = false } = flags;
  const message = new Uint8Array(HEADER_BYTES + jpeg.byteLength);
  const view = new DataView(message.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, Number(signal) | (Number(frozen) << 2) | (Number(reduced) << 3));
  view.setUint16(2, 960);
  view.setUint16(4, 540);
  view.setUint32(8, seq);
  view.setUint32(12, 1);
  view.setFloat64(16, galleryNow());
  message.set(new Uint8Array(jpeg), HEADER_BYTES);
  return message.buffer;
}
