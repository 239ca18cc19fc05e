import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { securityHeaders } from "../../src/api/api.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** The built screen without a box behind it, under the same rules for what a page may load. */
export async function serveScreen(): Promise<{ readonly url: string } & AsyncDisposable> {
  const root = path.resolve(import.meta.dirname, "../../ui/dist");
  const server = createServer(async ({ url = "/" }, response) => {
    const { pathname } = new URL(url, "http://screen");
    const file = path.join(root, path.normalize(pathname === "/" ? "/index.html" : pathname));
    const content = await readFile(file).catch(() => undefined);
    response.writeHead(content ? 200 : 404, {
      ...securityHeaders,
      "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
    });
    response.end(content);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
