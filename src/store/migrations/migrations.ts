import { sql as spine } from "./001-spine.ts";
import { sql as worklist } from "./002-worklist.ts";
import { sql as delivery } from "./003-delivery.ts";
import { sql as retentionAlarms } from "./004-retention-alarms.ts";
import { sql as captureEngine } from "./005-capture-engine.ts";
import { sql as people } from "./006-people.ts";

/** In order; numbered, forward only, never edited once released. The n-th brings the schema to version n. */
export const migrations: readonly string[] = [spine, worklist, delivery, retentionAlarms, captureEngine, people];
