import type { Root } from "react-dom/client";

export function startGallery(root: Root): void {
  root.render(<p>gallery</p>);
}
