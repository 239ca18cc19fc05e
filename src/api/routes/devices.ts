import { Type } from "typebox";
import type { ListedDevice } from "../../devices/devices.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { VideoDevice } from "../schemas.ts";
import { describe } from "./describe.ts";

/** Asking takes up to some seconds a device: those who ask at once share one answer. */
export function deviceRoutes(server: ApiServer, { videoDevices }: ApiContext): void {
  let asking: Promise<readonly ListedDevice[]> | null = null;
  server.get(
    "/api/devices",
    {
      config: { action: "set-up" },
      schema: describe(
        "The video devices of the box, what they deliver, and how settings name them",
        Type.Array(VideoDevice),
      ),
    },
    async () => {
      asking ??= videoDevices().finally(() => {
        asking = null;
      });
      return (await asking).map(({ device, name, ids, links, formats, problem }) => ({
        ...{ device, name, ids: [...ids], links: [...links], problem },
        formats: formats.map(({ code, isCompressed, sizes }) => ({
          ...{ code, isCompressed },
          sizes: sizes.map(({ width, height, rates }) => ({ width, height, rates: [...rates] })),
        })),
      }));
    },
  );
}
