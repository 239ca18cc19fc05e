/** Says "this changed, look again" to the screens. News never makes work happen: losing one loses nothing. */
export interface News {
  readonly topic: "source" | "worklist" | "procedure" | "capture" | "delivery" | "health";
  readonly id?: string;
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
