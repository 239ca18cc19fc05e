import type { NewsMessage } from "../../src/api/schemas.ts";
import type { Press } from "../live/presses.ts";
import { healthOf, nodeOf, noTriggers, sourceOf } from "./fixtures/box.ts";
import { listOf } from "./fixtures/deliveries.ts";
import { worklistOf } from "./fixtures/people.ts";
import type { Preview } from "./transport.ts";
import type { World } from "./world.ts";

/** One state of one screen, and how it comes about. */
export interface GalleryState {
  readonly name: string;
  /** Where the app is: `/patient`. */
  readonly path: string;
  readonly world: World;
  readonly preview: Preview;
  /** What is touched to get there, one after the other, by `data-testid`; `testid=text` types into it. */
  readonly touches: readonly string[];
  /** Presses of this screen that the box has not answered. */
  readonly presses: readonly Press[];
  /** How a pedal's press went. */
  readonly pressNews: NewsMessage | null;
  /** The box was heard, and then no more. */
  readonly isLost: boolean;
}

/** A box on which nothing is wrong and nothing was done, but for what is given. */
export function worldOf(fields: Partial<World> = {}): World {
  return {
    health: healthOf(),
    sources: [sourceOf()],
    procedures: [],
    deliveries: listOf([]),
    nodes: [nodeOf("Hospital archive"), nodeOf("Hospital", { roles: ["worklist", "mpps"] })],
    triggers: noTriggers,
    worklist: worklistOf(),
    instead: {},
    ...fields,
  };
}

/** A state at that place, in that world; live pictures come, but for what is given. */
export function stateOf(
  name: string,
  path: string,
  world: Partial<World> = {},
  fields: Partial<Pick<GalleryState, "preview" | "touches" | "presses" | "pressNews" | "isLost">> = {},
): GalleryState {
  const rest = { preview: {}, touches: [], presses: [], pressNews: null, isLost: false };
  return { ...rest, ...fields, name, path, world: worldOf(world) };
}
