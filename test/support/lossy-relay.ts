/** A relay of datagrams between a sender and us, which loses those that it is told to. */
import { createSocket, type Socket } from "node:dgram";

export interface LossyRelay extends AsyncDisposable {
  /** Where the sender sends to. */
  readonly port: number;
  /** Datagrams that were lost so far. */
  readonly lost: number;
  /** Loses so many of the datagrams that come next. */
  lose(datagrams: number): void;
}

/** Hands on to a UDP port on loopback what comes to its own. */
export async function lossyRelay(to: number): Promise<LossyRelay> {
  const socket: Socket = createSocket("udp4");
  let [toLose, lost] = [0, 0];
  socket.on("message", (datagram) => {
    if (toLose > 0) {
      toLose -= 1;
      lost += 1;
    } else socket.send(datagram, to, "127.0.0.1");
  });
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  return {
    port: socket.address().port,
    get lost() {
      return lost;
    },
    lose(datagrams) {
      toLose += datagrams;
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}
