import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { CaptureSource } from "../capture/capture.ts";
import type { ListedDevice } from "../devices/devices.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Outbox } from "../outbox/outbox.ts";
import type { PlaybackCopies } from "../procedures/playback.ts";
import type { Procedures } from "../procedures/procedures.ts";
import type { Thumbnails } from "../procedures/thumbnails.ts";
import type { Retention } from "../retention/retention.ts";
import type { Database } from "../store/store.ts";
import type { Triggers } from "../triggers/triggers.ts";
import type { SiteRules, Users } from "../users/users.ts";
import type { Worklist } from "../worklist/worklist.ts";
import type { OriginRules } from "./origin.ts";
import type { FitTestResult, Health } from "./schemas.ts";

export interface ApiSource {
  readonly source: CaptureSource;
  readonly profileId: string;
  /** Manufacturer and model, for people. */
  readonly name: string;
}

/** What the routes act on. */
export interface ApiContext {
  readonly procedures: Procedures;
  readonly worklist: Worklist;
  readonly outbox: Outbox;
  readonly thumbnails: Thumbnails;
  readonly playback: PlaybackCopies;
  readonly sources: ReadonlyMap<string, ApiSource>;
  /** The video devices of this machine; asks programs. */
  readonly videoDevices: () => Promise<readonly ListedDevice[]>;
  readonly performingPhysicians: readonly string[];
  readonly health: () => Promise<Health>;
  /** For Prometheus. */
  readonly metrics: () => Promise<string>;
  /** For stories and receipts. */
  readonly database: Database;
  readonly stationName: string;
  readonly retention: Retention;
  readonly triggers: Triggers;
  /** Undefined: there is no such node; "busy": another test is running. */
  readonly fitTest: (node: string) => Promise<FitTestResult | "busy" | undefined>;
  /** Every remote node of the settings. */
  readonly nodes: readonly { readonly name: string; readonly roles: readonly string[] }[];
  readonly storageDirectory: string;
  readonly uiDirectory: string;
  readonly origin: OriginRules;
  readonly users: Users;
  /** For what somebody has to be signed in on this site. */
  readonly site: SiteRules;
  readonly news: NewsFeed;
  readonly clock: Clock;
  readonly log: Log;
}

export type ApiServer = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;
