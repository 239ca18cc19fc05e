/** Lets a few through at a time; the others wait in the order they came. */
export class Gate {
  readonly #places: number;
  readonly #waiting: (() => void)[] = [];
  #inside = 0;

  constructor(places: number) {
    this.#places = places;
  }

  /** Calls back when there is a place. The function that comes back gives the place up, or the wish for one. */
  enter(enter: () => void): () => void {
    let state: "waiting" | "inside" | "gone" = "waiting";
    const admit = (): void => {
      this.#inside += 1;
      state = "inside";
      enter();
    };
    if (this.#inside < this.#places) admit();
    else this.#waiting.push(admit);
    return () => {
      if (state === "waiting") {
        this.#waiting.splice(this.#waiting.indexOf(admit), 1);
      } else if (state === "inside") {
        this.#inside -= 1;
        this.#waiting.shift()?.();
      }
      state = "gone";
    };
  }
}
