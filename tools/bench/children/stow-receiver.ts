/**
 * The peer of the STOW figures: swallows the body of each POST without looking at it, as fast as a process of Node can,
 * and answers that it stored what the file names (argument 1: one SOP class and one SOP Instance UID a line). Prints its port.
 */
import { readFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";

const references = readFileSync(process.argv[2] ?? "", "utf8")
  .trim()
  .split("\n");
const items = references.map((line) => {
  const [sopClass, instance] = line.split(" ");
  return { "00081150": { vr: "UI", Value: [sopClass] }, "00081155": { vr: "UI", Value: [instance] } };
});
const body = JSON.stringify({ "00081199": { vr: "SQ", Value: items } });
const head = `HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\nContent-Length: ${body.length}\r\n\r\n`;

function receive(socket: Socket): void {
  let begin = Buffer.alloc(0);
  let left = -1;
  socket.on("error", () => {});
  socket.on("data", (chunk: Buffer) => {
    if (left < 0) {
      begin = Buffer.concat([begin, chunk]);
      const end = begin.indexOf("\r\n\r\n");
      if (end < 0) return;
      const length = /content-length: *(\d+)/i.exec(begin.toString("latin1", 0, end))?.[1];
      left = Number(length) - (begin.length - end - 4);
    } else {
      left -= chunk.length;
    }
    if (left > 0) return;
    begin = Buffer.alloc(0);
    left = -1;
    socket.write(head + body);
  });
}

const server = createServer({ noDelay: true }, receive).listen(0, "127.0.0.1", () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`);
});
