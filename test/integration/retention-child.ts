/** Removes what may go in the store of its argument, and lives until it is killed. */
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Retention } from "../../src/retention/retention.ts";
import { openDatabase } from "../../src/store/store.ts";

const [directory = ""] = process.argv.slice(2);
const retention = new Retention({
  database: openDatabase(`${directory}/scopeline.db`),
  storageDirectory: directory,
  clock: Date.now,
  log: silentLog,
  news: new NewsFeed(),
  keepMs: Number.MAX_SAFE_INTEGER,
  deleteAbovePercent: 50,
  withoutProof: "keep",
  freeSpace: async () => ({ freeBytes: 0, totalBytes: 1e12 }),
  isRecording: () => false,
});
process.stdout.write("begun\n");
await retention.run(new AbortController().signal);
