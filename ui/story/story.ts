/** One thing that happened; `words` are the box's, `detail` the other side's. */
export interface StoryEvent {
  readonly at: number;
  readonly what: string;
  readonly words: string;
  readonly detail?: string | null;
}

/** What `GET /api/captures/{id}/story` says. */
export interface Story {
  readonly events: readonly StoryEvent[];
  readonly eventsLeftOut?: number;
  readonly nodes?: readonly { readonly node: string; readonly state: string; readonly words: string }[];
}
