/** Says "this changed, look again" to the screens. News never makes work happen: losing one loses nothing. */
export interface News {
  readonly topic:
    | "source"
    | "worklist"
    | "procedure"
    | "capture"
    | "delivery"
    | "health"
    | "trigger"
    | "press"
    | "scan";
  readonly id?: string;
  /** Of a press: who pressed, how it went, and the words for the screen where it failed. */
  readonly by?: string;
  readonly outcome?: string;
  readonly message?: string;
  /** What a scanner read. */
  readonly text?: string;
}

export type NewsListener = (news: News) => void;

export class NewsFeed {
  readonly #listeners = new Set<NewsListener>();

  tell(news: News): void {
    for (const listener of this.#listeners) listener(news);
  }

  /** Returns the function that ends the subscription. */
  subscribe(listener: NewsListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
