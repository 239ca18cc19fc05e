import type { WebSocket } from "@fastify/websocket";
import type { NewsFeed } from "../../lib/news.ts";

const maxBufferedBytes = 256 * 1024;

/** Tells one client what changed. A client that does not read is let go: it comes back and looks at everything again. */
export function feedEvents(socket: WebSocket, news: NewsFeed): void {
  const send = (message: object): void => {
    if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
    else socket.send(JSON.stringify(message), () => {});
  };
  const unsubscribe = news.subscribe(send);
  socket.on("close", unsubscribe);
  socket.on("error", () => socket.terminate());
  send({ topic: "hello" });
}
