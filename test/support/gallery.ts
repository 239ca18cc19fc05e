/** Walks the gallery of the screen (`#/dev/gallery`) and looks at each state. */
import axe from "axe-core";
import type { Page } from "playwright-core";

const TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"];

/** Where every state is: `/dev/gallery/live/no-signal`. */
export async function galleryPlaces(page: Page, url: string): Promise<string[]> {
  await page.goto(`${url}#/dev/gallery`);
  const links = page.getByTestId("gallery-state");
  await links.first().waitFor();
  return links.evaluateAll((all) => all.map((link) => (link.getAttribute("href") ?? "").slice(1)));
}

/** Shows one, and waits until it stands. */
export async function showPlace(page: Page, place: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash;
  }, place);
  await page.waitForFunction((wanted) => document.documentElement.dataset.gallery === wanted, place);
}

/** The same state in the other colours. */
export async function turnTheme(page: Page, theme: string): Promise<void> {
  await page.evaluate((wanted) => {
    document.documentElement.dataset.theme = wanted;
  }, theme);
}

/** The same state on another panel. */
export async function turnPanel(page: Page, panel: { readonly width: number; readonly height: number }): Promise<void> {
  await page.setViewportSize(panel);
  // Sizes follow the panel after it said so, and are drawn after that.
  await page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise((resolve) => requestAnimationFrame(resolve));
  });
}

/** Once per page. */
export async function bringAxe(page: Page): Promise<void> {
  await page.evaluate(axe.source);
}

/** What axe-core has against the page as it is, in a line each. */
export async function axeFinds(page: Page): Promise<string[]> {
  return page.evaluate(async (values) => {
    const here = globalThis as unknown as { readonly axe: Pick<typeof axe, "run"> };
    const { violations } = await here.axe.run({ runOnly: { type: "tag", values }, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any }) => `${id}: ${target.join(" ")} ${any[0]?.message.slice(0, 160) ?? ""}`),
    );
  }, TAGS);
}

/**
 * Words that are cut off or hang out of what holds them, and controls that are covered by something else than a sheet. What
 * may be cut says so (`data-cut`), and is said in full elsewhere; what must be seen without scrolling, too (`data-whole`).
 */
export async function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults = new Set<string>();
    const nameOf = (element: Element): string =>
      `${element.closest("[data-testid]")?.getAttribute("data-testid") ?? element.tagName} "${(element.textContent ?? "").trim().slice(0, 40)}"`;
    const isHidden = (element: Element): boolean =>
      !element.checkVisibility({ visibilityProperty: true }) ||
      element.closest("[inert], [data-cut], .out-of-sight, noscript, style, script") !== null ||
      getComputedStyle(element).clipPath !== "none";
    interface Box {
      readonly left: number;
      readonly right: number;
      readonly top: number;
      readonly bottom: number;
    }
    /** Whether a box is whole inside everything that cuts it; what scrolls is looked at instead of what it holds. */
    const cutBy = (start: Element, box: Box, slack: number, maySlide = true): Element | null => {
      let [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom];
      for (let at: Element | null = start; at !== null; at = at.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(at);
        const own = at.getBoundingClientRect();
        const [x, y] = [maySlide && /auto|scroll/.test(overflowX), maySlide && /auto|scroll/.test(overflowY)];
        if (x) [left, right] = [own.left, own.right];
        if (y) [top, bottom] = [own.top, own.bottom];
        const [cutsX, cutsY] = [!x && overflowX !== "visible", !y && overflowY !== "visible"];
        if (cutsX && (left < own.left - 1.5 || right > own.right + 1.5)) return at;
        if (cutsY && (top < own.top - slack || bottom > own.bottom + slack)) return at;
      }
      const isOutside = left < -1.5 || right > innerWidth + 1.5 || top < -slack || bottom > innerHeight + slack;
      return isOutside ? document.documentElement : null;
    };
    /** A sheet, or what stays in sight while the rest is scrolled past it. */
    const mayCover = (element: Element): boolean => {
      for (let at: Element | null = element; at !== null; at = at.parentElement) {
        if (at.matches("[role=dialog]") || getComputedStyle(at).position === "sticky") return true;
      }
      return false;
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const text = walker.currentNode;
      const parent = text.parentElement;
      if (parent === null || (text.textContent ?? "").trim() === "" || isHidden(parent)) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const box = range.getBoundingClientRect();
      if (box.width === 0) continue;
      // A letter's box is taller than the letter.
      const slack = Number.parseFloat(getComputedStyle(parent).fontSize) * 0.3;
      const cutting = cutBy(parent, box, slack);
      if (cutting) faults.add(`cut off: ${nameOf(parent)} by ${cutting.className || cutting.tagName}`);
      const control = parent.closest("button, a, [role=button]")?.getBoundingClientRect();
      if (
        control &&
        (box.left < control.left - 1.5 ||
          box.right > control.right + 1.5 ||
          box.top < control.top - slack ||
          box.bottom > control.bottom + slack)
      ) {
        faults.add(`hangs out: ${nameOf(parent)}`);
      }
    }
    for (const whole of document.querySelectorAll("[data-whole]")) {
      const cutting = isHidden(whole) ? null : cutBy(whole, whole.getBoundingClientRect(), 1.5, false);
      if (cutting) faults.add(`not whole in sight: ${nameOf(whole)} by ${cutting.className || cutting.tagName}`);
    }
    for (const control of document.querySelectorAll("button, a, input")) {
      const box = control.getBoundingClientRect();
      if (box.width === 0 || isHidden(control)) continue;
      const scroller = (() => {
        for (let at = control.parentElement; at; at = at.parentElement) {
          if (/auto|scroll/.test(`${getComputedStyle(at).overflowX} ${getComputedStyle(at).overflowY}`)) return at;
        }
        return null;
      })()?.getBoundingClientRect();
      const [x, y] = [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
      if (scroller && (x < scroller.left || x > scroller.right || y < scroller.top || y > scroller.bottom)) continue;
      const top = document.elementFromPoint(x, y);
      if (top === null) faults.add(`off the glass: ${nameOf(control)}`);
      else if (!control.contains(top) && !top.contains(control) && !mayCover(top)) {
        faults.add(`covered: ${nameOf(control)} by ${nameOf(top)}`);
      }
    }
    return [...faults];
  });
}
