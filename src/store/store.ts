/** Facts in one SQLite file, pictures as plain files beside it: the public face of this room. */
export { type CheckFinding, type CheckReport, checkStore } from "./check.ts";
export { Database, openDatabase, openDatabaseForReading } from "./database.ts";
export { StoreError, type StoreErrorCode } from "./errors.ts";
export { isExcerptSql } from "./excerpt.ts";
export { type Layout, openLayout } from "./layout.ts";
export { holdStorage } from "./lock.ts";
