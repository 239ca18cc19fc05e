import { expect, test } from "vitest";
import { transferSyntaxes } from "../dicom/dicom.ts";
import { planH264 } from "./h264-plan.ts";

const picture = (width: number, height: number, fpsNum: number, fpsDen = 1) => ({ width, height, fpsNum, fpsDen });
const { h264HighLevel41, h264HighLevel42 } = transferSyntaxes;

test.each([
  ["2160p30 is halved, for level 4.1", picture(3840, 2160, 30), 41, 1920, 1080],
  ["2160p60 is halved, for level 4.2", picture(3840, 2160, 60), 42, 1920, 1080],
  ["a 4096×2160 picture keeps its shape", picture(4096, 2160, 25), 41, 1920, 1012],
  ["a portrait picture is halved as well", picture(2160, 3840, 30), 41, 1080, 1920],
  ["what fits stays as it is", picture(1920, 1080, 30), 41, 1920, 1080],
  ["small pictures too", picture(320, 180, 30), 41, 320, 180],
  ["a higher rate alone takes level 4.2", picture(1920, 1080, 60), 42, 1920, 1080],
] as const)("%s", (_what, from, level, width, height) => {
  expect(planH264(from)).toEqual({ level, width, height });
});

test("a node that takes level 4.1 only gets every frame of a fast clip in a smaller picture", () => {
  const plan = planH264(picture(3840, 2160, 60), [h264HighLevel41]);
  expect(plan.level).toBe(41);
  expect(Math.ceil(plan.width / 16) * Math.ceil(plan.height / 16) * 60).toBeLessThanOrEqual(245_760);
  expect(plan.width).toBeGreaterThanOrEqual(1280);
  expect([plan.width % 2, plan.height % 2]).toEqual([0, 0]);
});

test("a node that takes level 4.2 only gets that", () => {
  expect(planH264(picture(3840, 2160, 30), [h264HighLevel42])).toEqual({ level: 42, width: 1920, height: 1080 });
});
