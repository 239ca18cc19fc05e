import { expect, it, vi } from "vitest";
import { silentLog } from "../lib/log.ts";
import { NewsFeed } from "../lib/news.ts";
import { openDatabase } from "../store/store.ts";
import type { CaptureBook } from "./capture-book.ts";
import { ClipEntries } from "./clip-entries.ts";

it("a locked database, which holds up the whole box at each try, is not tried as often as screens ask", () => {
  using database = openDatabase(":memory:");
  const book = {
    failClip: vi.fn(() => {
      throw new Error("database is locked");
    }),
  };
  const shared = { database, storageDirectory: "/none", clock: Date.now, log: silentLog, news: new NewsFeed() };
  const entries = new ClipEntries({ ...shared, book: book as unknown as CaptureBook, onSavedLate: () => {} });
  const clip = { id: "c", procedureId: "p" };
  entries.failed(clip, new Error("the encoder ended"));
  for (let asked = 0; asked < 50; asked += 1) expect(() => entries.again("c")).toThrow("the encoder ended");
  // Once by itself, and once for all who asked within a second.
  expect(book.failClip.mock.calls.length).toBeLessThanOrEqual(3);
  entries.close();
});
