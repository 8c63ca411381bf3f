import { reset } from "cloudflare:test";
import { afterAll, vi } from "vitest";

// Files share a workerd. Each begins without mocks, with empty objects and an
// empty KV, and nothing comes of what another has left waiting, such as a
// Worker's report of what it refused.
vi.restoreAllMocks();
await reset();

const { wait } = Object.getPrototypeOf(scheduler) as Scheduler;
let isOver = false;
scheduler.wait = async (ms, options) => {
	await wait.call(scheduler, ms, options);
	if (isOver) await new Promise(() => {});
};
afterAll(() => {
	isOver = true;
});
