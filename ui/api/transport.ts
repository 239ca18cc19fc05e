/** How this page speaks with the box: over the network, or with somebody who answers in its place (ui/gallery). */

/** What we use of a WebSocket. */
export interface Line {
  binaryType: BinaryType;
  readonly readyState: number;
  onopen: ((event: Event) => void) | null;
  onmessage: ((event: MessageEvent<unknown>) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  readonly send: (message: ArrayBuffer) => void;
  readonly close: () => void;
}

export interface Transport {
  /** Under `/api/`. Rejects when there is no answer. */
  readonly request: (path: string, init: RequestInit) => Promise<Response>;
  /** Where a picture, a film or a page of the box is, for `src`. Under `/api/`. */
  readonly addressOf: (path: string) => string;
  /** Under `/api/`. */
  readonly connect: (path: string) => Line;
}

const network: Transport = {
  request: (path, init) => fetch(`/api/${path}`, init),
  addressOf: (path) => `/api/${path}`,
  connect: (path) => {
    const url = new URL(`/api/${path}`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(url);
  },
};

let inUse = network;

export const transport = (): Transport => inUse;

/** Once, before anything is asked. */
export function speakThrough(other: Transport): void {
  inUse = other;
}

export const addressOf = (path: string): string => inUse.addressOf(path);
