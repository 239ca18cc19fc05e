import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, it } from "vitest";
import {
  importsOf,
  inWords,
  mayImport,
  roomsOf,
  type SourceFile,
  skipsWithoutReason,
  violations,
} from "./support/architecture.ts";

const root = path.resolve(import.meta.dirname, "..");

async function filesUnder(folder: string, ending: RegExp): Promise<SourceFile[]> {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && ending.test(entry.name))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .filter((file) => !file.includes("node_modules") && !file.startsWith("ui/dist"));
  return Promise.all(
    files.map(async (file) => {
      const text = await readFile(path.join(root, file), "utf8");
      return { file, imports: importsOf(file, text), text };
    }),
  );
}

describe("the rooms of src/", () => {
  it("import only what the table allows, without cycles", async () => {
    expect(violations(await filesUnder("src", /\.ts$/))).toEqual([]);
  });

  it("are refused when no file is seen", () => {
    expect(violations([])).toEqual([expect.stringContaining("no files")]);
  });

  const refused: [string, SourceFile[], RegExp][] = [
    ["a folder that is not listed", [{ file: "src/misc/a.ts", imports: [] }], /src\/misc.*not a room/],
    ["an import against the table", [{ file: "src/store/a.ts", imports: ["src/outbox/outbox.ts"] }], /store.*outbox/],
    ["a room that imports config", [{ file: "src/api/a.ts", imports: ["src/config/config.ts"] }], /api.*config/],
    ["a hospital on the product's dimse", [{ file: "src/hospital/a.ts", imports: ["src/dimse/dimse.ts"] }], /dimse/],
    ["a room that imports the demo", [{ file: "src/api/a.ts", imports: ["src/demo/demo.ts"] }], /api.*demo/],
    ["a room that imports main", [{ file: "src/api/a.ts", imports: ["src/main.ts"] }], /main/],
    ["a room that imports the tests", [{ file: "src/api/a.ts", imports: ["test/support/peers.ts"] }], /outside src/],
    ["a child process in api", [{ file: "src/api/a.ts", imports: ["node:child_process"] }], /child_process/],
    ["process.exit in a room", [{ file: "src/api/a.ts", imports: [], text: "process.exit(1)" }], /process\.exit/],
    [
      "a cycle between files",
      [
        { file: "src/lib/a.ts", imports: ["src/lib/b.ts"] },
        { file: "src/lib/b.ts", imports: ["src/lib/a.ts"] },
      ],
      /cycle.*src\/lib\/a\.ts/,
    ],
  ];
  it.each(refused)("refuse %s", (_name, files, expected) => {
    expect(violations(files).join("\n")).toMatch(expected);
  });

  it("are free otherwise", () => {
    const fine: SourceFile[] = [
      { file: "src/main.ts", imports: ["src/config/config.ts", "src/api/api.ts", "node:child_process"] },
      { file: "src/capture/ffmpeg.ts", imports: ["node:child_process", "src/lib/supervise.ts", "fastify"] },
      { file: "src/outbox/outbox.test.ts", imports: ["test/support/peers.ts", "src/outbox/outbox.ts"] },
    ];
    expect(violations(fine)).toEqual([]);
  });
});

describe("the table in docs/ARCHITECTURE.md", () => {
  const table = async () => roomsOf(await readFile(path.join(root, "docs/ARCHITECTURE.md"), "utf8"));

  it("says of each room what the rule says", async () => {
    const rooms = await table();
    const rule = [...rooms.keys()].map((room) => [room, inWords(mayImport[room] ?? ["not a room"])]);
    expect(Object.fromEntries(rooms)).toEqual(Object.fromEntries(rule));
  });

  it("has a row for every folder under src/", async () => {
    const entries = await readdir(path.join(root, "src"), { withFileTypes: true });
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const rooms = await table();
    expect(folders.filter((folder) => !rooms.has(folder))).toEqual([]);
  });

  it("is not empty", () => {
    expect(roomsOf("| `store/` | files | lib |\n")).toEqual(new Map([["store", "lib"]]));
  });
});

describe("the imports of a file", () => {
  it("are found in every form that TypeScript has", () => {
    const text = `import a, { b } from "../lib/a.ts";
      import type { T } from "./t.ts"; export * from "./e.ts"; export { x } from "./x.ts";
      import "node:fs"; const l = await import("./lazy.ts"); type U = import("./u.ts").U;
      // import "./comment.ts";`;
    expect(importsOf("src/store/s.ts", text)).toEqual(
      ["src/lib/a.ts", "src/store/t.ts", "src/store/e.ts", "src/store/x.ts", "node:fs"].concat(
        "src/store/lazy.ts",
        "src/store/u.ts",
      ),
    );
  });
});

describe("skipped tests", () => {
  it("are skipped for a missing peer and its reason only", async () => {
    const tests = [
      ...(await filesUnder("src", /\.test\.ts$/)),
      ...(await filesUnder("test", /\.test\.ts$/)),
      ...(await filesUnder("ui", /\.test\.tsx?$/)),
    ];
    expect(skipsWithoutReason(tests)).toEqual([]);
  });

  it("are found", () => {
    const skip = `it.${"skip"}("x", () => {})`;
    expect(skipsWithoutReason([{ file: "src/a.test.ts", imports: [], text: skip }])).toHaveLength(1);
  });
});
