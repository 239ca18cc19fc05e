import { randomUUID } from "node:crypto";
import { recordAudit } from "../audit/audit.ts";
import type { Clock } from "../lib/clock.ts";
import type { Database } from "../store/store.ts";
import { TriggerError } from "./errors.ts";

/** What a trigger may do. `clip` begins a clip, or ends the one that is being recorded. */
const triggerActions = ["still", "clip", "keep-last", "marker"] as const;
export type TriggerAction = (typeof triggerActions)[number];
export type PressLength = "short" | "long";

/** One key of one device that was learned. */
export interface TriggerBinding {
  readonly id: string;
  readonly device: string;
  readonly deviceName: string;
  readonly code: number;
  readonly press: PressLength;
  readonly action: TriggerAction;
  /** Null: the box's first source. */
  readonly source: string | null;
  readonly learnedAt: number;
}

export type NewBinding = Omit<TriggerBinding, "id" | "learnedAt">;

const mostBindings = 64;

/** What one key does: pressed short, long or both. */
export interface KeyBindings {
  readonly short?: TriggerBinding;
  readonly long?: TriggerBinding;
}

const nothing: KeyBindings = {};
const keyOf = (device: string, code: number): string => `${code} ${device}`;

/** The learned triggers, in the database, and in memory for the press itself. */
export class Bindings {
  readonly #database: Database;
  readonly #clock: Clock;
  #all: readonly TriggerBinding[] = [];
  #byKey: ReadonlyMap<string, KeyBindings> = new Map();

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#read();
  }

  list(): readonly TriggerBinding[] {
    return this.#all;
  }

  get(id: string): TriggerBinding | undefined {
    return this.#all.find((binding) => binding.id === id);
  }

  of(device: string, code: number): KeyBindings {
    return this.#byKey.get(keyOf(device, code)) ?? nothing;
  }

  /** Keeps what was learned; the same press of the same key before it is replaced. */
  add(binding: NewBinding, actor: string): TriggerBinding {
    const id = randomUUID();
    const learnedAt = this.#clock();
    const { device, deviceName, code, press, action, source } = binding;
    const isReplacing = this.of(device, code)[press] !== undefined;
    if (!isReplacing && this.#all.length >= mostBindings) {
      throw new TriggerError("too-many-triggers", `${mostBindings} triggers are learned: delete one first.`);
    }
    this.#database.transaction(() => {
      this.#database
        .prepare("DELETE FROM trigger_binding WHERE device = ? AND code = ? AND press = ?")
        .run(device, code, press);
      this.#database
        .prepare(
          `INSERT INTO trigger_binding (id, device, device_name, code, press, action, source, learned_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(id, device, deviceName, code, press, action, source, learnedAt);
      this.#audit("trigger-learned", id, actor, { device, code, press, action, source });
    });
    this.#read();
    return { ...binding, id, learnedAt };
  }

  /** Throws TriggerError "unknown-trigger". */
  remove(id: string, actor: string): void {
    const binding = this.get(id);
    if (binding === undefined) throw unknownTrigger();
    const { device, code, press, action } = binding;
    this.#database.transaction(() => {
      this.#database.prepare("DELETE FROM trigger_binding WHERE id = ?").run(id);
      this.#audit("trigger-forgotten", id, actor, { device, code, press, action });
    });
    this.#read();
  }

  #read(): void {
    this.#all = readAll(this.#database);
    const byKey = new Map<string, KeyBindings>();
    for (const binding of this.#all) {
      const key = keyOf(binding.device, binding.code);
      byKey.set(key, { ...byKey.get(key), [binding.press]: binding });
    }
    this.#byKey = byKey;
  }

  #audit(action: string, id: string, actor: string, detail: Record<string, unknown>): void {
    recordAudit(this.#database, { at: this.#clock(), actor, action, subjectKind: "service", subjectId: id, detail });
  }
}

export const unknownTrigger = (): TriggerError =>
  new TriggerError("unknown-trigger", "There is no such trigger any more. Look at the list again.");

function readAll(database: Database): TriggerBinding[] {
  const rows = database.prepare("SELECT * FROM trigger_binding ORDER BY learned_at, id").all();
  return rows.map((row) => ({
    id: String(row.id),
    device: String(row.device),
    deviceName: String(row.device_name),
    code: Number(row.code),
    press: row.press === "long" ? "long" : "short",
    action: triggerActions.find((action) => action === row.action) ?? "still",
    source: row.source === null ? null : String(row.source),
    learnedAt: Number(row.learned_at),
  }));
}
