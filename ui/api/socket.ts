import { type Line, transport } from "./transport.ts";

const FIRST_MS = 250;
const MAX_MS = 2000;

interface SocketOptions {
  /** Under `/api/`. */
  readonly path: string;
  readonly signal: AbortSignal;
  readonly onOpen?: (socket: Line) => void;
  readonly onClose?: () => void;
  readonly onMessage: (event: MessageEvent<unknown>, socket: Line) => void;
}

/** A WebSocket to the box that comes back by itself until the signal aborts. Returns a function that drops it and tries anew. */
export function openSocket(options: SocketOptions): () => void {
  const { path, signal, onOpen, onClose, onMessage } = options;
  let socket: Line | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pause = FIRST_MS;

  const connect = (): void => {
    if (signal.aborted) return;
    const opened = transport().connect(path);
    opened.binaryType = "arraybuffer";
    opened.onopen = () => onOpen?.(opened);
    opened.onmessage = (event: MessageEvent<unknown>) => {
      pause = FIRST_MS;
      onMessage(event, opened);
    };
    opened.onclose = () => {
      if (signal.aborted || socket !== opened) return;
      onClose?.();
      timer = setTimeout(connect, pause);
      pause = Math.min(pause * 2, MAX_MS);
    };
    socket = opened;
  };

  signal.addEventListener(
    "abort",
    () => {
      clearTimeout(timer);
      socket?.close();
    },
    { once: true },
  );
  connect();
  return () => {
    // A half-open socket may take minutes to close: it is left behind, not waited for.
    const old = socket;
    socket = undefined;
    old?.close();
    clearTimeout(timer);
    connect();
  };
}
