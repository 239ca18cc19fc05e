/** Brings one state about, and says when it stands: `data-gallery` of the page is then where it is. */
import { reachable } from "../api/client.ts";
import { pressNews } from "../api/events.ts";
import { endSignIn } from "../api/permission.ts";
import { presses } from "../live/presses.ts";
import { smallCopyOf } from "../live/small-copy.ts";
import { restartClock } from "./fixtures/clock.ts";
import { pictureAddress } from "./pictures.ts";
import type { GalleryState } from "./state.ts";

const page = document.documentElement;
const LOOK_MS = 20;
const AT_MOST_MS = 10_000;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_MS));

/** What no screen holds across a reload. */
export async function prepare(state: GalleryState): Promise<void> {
  restartClock();
  reachable.set(true);
  endSignIn(false);
  pressNews.set(state.pressNews);
  const image = new Image();
  image.src = pictureAddress(0);
  await image.decode();
  presses.set(state.presses.map((press) => ({ ...press, picture: smallCopyOf(image) })));
}

/** Touches what leads to the state, each as soon as it is there. `isGone`: another state is wanted meanwhile. */
export async function perform(state: GalleryState, place: string, isGone: () => boolean): Promise<void> {
  const until = performance.now() + AT_MOST_MS;
  for (const touch of state.touches) {
    const [id = "", text] = touch.split("=");
    let element: HTMLElement | null = null;
    while (element === null || element.closest("[inert]") !== null) {
      if (isGone()) return;
      if (performance.now() > until) throw new Error(`${state.name}: there is no ${id} to touch`);
      await pause();
      element = document.querySelector<HTMLElement>(`[data-testid="${id}"]:not(:disabled)`);
    }
    if (text === undefined) element.click();
    else type(element, text);
  }
  if (state.isLost) {
    await settled(isGone);
    reachable.set(false);
  }
  await settled(isGone);
  if (!isGone()) page.dataset.gallery = place;
}

function type(element: HTMLElement, text: string): void {
  const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set;
  set?.call(element, text);
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Nothing has changed for a few looks, every picture and every letter is there. */
async function settled(isGone: () => boolean): Promise<void> {
  let calm = 0;
  const watch = new MutationObserver(() => {
    calm = 0;
  });
  watch.observe(document.body, { subtree: true, childList: true, characterData: true });
  const until = performance.now() + AT_MOST_MS;
  while (calm < 6 && !isGone() && performance.now() < until) {
    await pause();
    await document.fonts.ready;
    const isLoading = [...document.images].some(({ complete }) => !complete);
    calm = isLoading ? 0 : calm + 1;
  }
  watch.disconnect();
}
