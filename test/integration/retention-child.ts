/** Removes what may go in the store of its argument, and is killed in the middle of the third batch. */
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { Retention } from "../../src/retention/retention.ts";
import { openDatabase } from "../../src/store/store.ts";

const [directory = ""] = process.argv.slice(2);
let asked = 0;
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
  // Asked after each file, of which a batch has 300.
  isRecording: () => {
    asked += 1;
    if (asked === 750) process.kill(process.pid, "SIGKILL");
    return false;
  },
});
await retention.run(new AbortController().signal);
