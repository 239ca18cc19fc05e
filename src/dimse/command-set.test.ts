import { describe, expect, it } from "vitest";
import { type CommandSet, decodeCommandSet, encodeCommandSet } from "./command-set.ts";
import { MessageReader } from "./message-reader.ts";

const full: CommandSet = {
  affectedSopClassUid: "1.2.840.10008.1.1",
  commandField: 0x8001,
  messageIdBeingRespondedTo: 65_535,
  commandDataSetType: 0x0101,
  status: 0xc123,
  offendingElement: ["00100010", "7fe00010"],
  errorComment: "odd",
  affectedSopInstanceUid: "1.2.3",
};

describe("a command set", () => {
  it("comes back as it was written, of even length and with its group length", () => {
    const bytes = encodeCommandSet(full);
    expect(decodeCommandSet(bytes)).toEqual(full);
    expect(bytes.length % 2).toBe(0);
    expect(bytes.readUInt32LE(8)).toBe(bytes.length - 12);
  });

  it("with a long run of padding inside a value costs no time", () => {
    const text = `x${" ".repeat(60_000)}x`;
    const before = performance.now();
    expect(decodeCommandSet(encodeCommandSet({ errorComment: text }))).toEqual({ errorComment: text });
    expect(performance.now() - before).toBeLessThan(500);
  });

  it("has the bytes that PS3.7 gives a C-ECHO request", () => {
    const echo = {
      affectedSopClassUid: "1.2.840.10008.1.1",
      commandField: 0x30,
      messageId: 7,
      commandDataSetType: 0x0101,
    };
    expect(encodeCommandSet(echo).toString("hex")).toBe(
      "000000000400000038000000" +
        "0000020012000000312e322e3834302e31303030382e312e3100" +
        "00000001020000003000" +
        "00001001020000000700" +
        "00000008020000000101",
    );
  });

  it("keeps what it knows beside what it does not", () => {
    const unknown = Buffer.from("0000ee7f0400000001020304", "hex");
    expect(decodeCommandSet(Buffer.concat([encodeCommandSet(full), unknown]))).toEqual(full);
  });

  it.each([
    ["half an element", "0000000102"],
    ["an element beyond its end", "00000001ff0000003000"],
    ["another group", "0800050002000000aabb"],
    ["a status of four bytes", "000000090400000000000000"],
    ["half a tag", "00000109020000000000"],
  ])("with %s is a protocol error", (_name, hex) => {
    expect(() => decodeCommandSet(Buffer.from(hex, "hex"))).toThrow(expect.objectContaining({ code: "protocol" }));
  });
});

describe("a message", () => {
  const command = encodeCommandSet({ commandField: 1, messageId: 1, commandDataSetType: 1 });
  const part = (bytes: Buffer, isCommand: boolean, isLast: boolean, contextId = 1) => ({
    contextId,
    isCommand,
    isLast,
    fragment: bytes,
  });

  it("is put together from fragments of one byte", () => {
    const reader = new MessageReader();
    const bytes = [...command].map((byte, index) => part(Buffer.of(byte), true, index === command.length - 1));
    for (const fragment of bytes) expect(reader.push(fragment)).toBeUndefined();
    expect(reader.push(part(Buffer.from("da"), false, false))).toBeUndefined();
    expect(reader.push(part(Buffer.alloc(0), false, false))).toBeUndefined();
    expect(reader.push(part(Buffer.from("ta"), false, true))).toMatchObject({
      contextId: 1,
      dataSet: Buffer.from("data"),
    });
    expect(reader.push(part(command, true, true))).toBeUndefined();
  });

  it.each<[string, ReturnType<typeof part>[]]>([
    ["a data set without a command", [part(Buffer.from("data"), false, true)]],
    ["a second command instead of the data set", [part(command, true, true), part(command, true, true)]],
    ["another context in the middle", [part(command, true, false), part(command, true, true, 3)]],
    ["a command without its field", [part(encodeCommandSet({ commandDataSetType: 0x101 }), true, true)]],
    ["a command beyond the limit", [part(Buffer.alloc(70_000), true, false)]],
    ["a data set beyond the limit", [part(command, true, true), part(Buffer.alloc(5_000_000), false, false)]],
  ])("with %s is a protocol error", (_name, fragments) => {
    const reader = new MessageReader();
    expect(() => fragments.map((one) => reader.push(one))).toThrow(expect.objectContaining({ code: "protocol" }));
  });
});
