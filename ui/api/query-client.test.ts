import { QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { queryClient, refreshTopic, type Topic } from "./query-client.ts";

/** Somebody who watches one question; each time it is asked, `asked` grows and `answer` settles it. */
function watched(key: string, topics: readonly Topic[]) {
  const open: PromiseWithResolvers<string>[] = [];
  const observer = new QueryObserver<string>(queryClient, {
    queryKey: [key],
    queryFn: () => {
      const one = Promise.withResolvers<string>();
      open.push(one);
      return one.promise;
    },
    meta: { topics },
  });
  const stop = observer.subscribe(() => {});
  const settled = async (act: () => void): Promise<void> => {
    act();
    // What follows an answer follows within a turn of the event loop.
    await new Promise((resolve) => setTimeout(resolve, 5));
  };
  return {
    asked: () => open.length,
    answer: (text: string) => settled(() => open.at(-1)?.resolve(text)),
    data: () => queryClient.getQueryData([key]),
    news: (topic: Topic) => settled(() => refreshTopic(topic)),
    [Symbol.dispose]: stop,
  };
}

test("news asks again for what it is about, and for nothing else", async () => {
  using nodes = watched("nodes", ["delivery"]);
  await nodes.answer("one");
  await nodes.news("worklist");
  expect(nodes.asked()).toBe(1);
  await nodes.news("delivery");
  expect(nodes.asked()).toBe(2);
  await nodes.answer("two");
  expect(nodes.data()).toBe("two");
  await nodes.news("hello");
  expect(nodes.asked()).toBe(3);
  await nodes.answer("three");
});

test("news during an answer is not lost, and a flood of it is one more question after it", async () => {
  using health = watched("health", ["source"]);
  expect(health.asked()).toBe(1);
  for (let count = 0; count < 20; count++) await health.news("source");
  expect(health.asked()).toBe(1);
  await health.answer("old");
  expect(health.asked()).toBe(2);
  await health.answer("new");
  expect([health.asked(), health.data()]).toEqual([2, "new"]);
});

test("nobody is asked for what nobody watches", async () => {
  const left = watched("left", ["source"]);
  await left.answer("one");
  left[Symbol.dispose]();
  await left.news("source");
  expect(left.asked()).toBe(1);
});
