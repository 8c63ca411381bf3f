import {
	listDurableObjectIds,
	reset,
	runInDurableObject,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterAll, vi } from "vitest";

/** Names of objects that tests may leave something in. */
const NAMES = ["global"].concat(
	...Array.from({ length: 10 }, (_, n) => [`shard${n}`, `live${n}`]),
);

// Files share a workerd. Each begins without mocks, with empty objects and an
// empty KV, and nothing comes of what another has left waiting, such as a
// Worker's report of what it refused.
vi.restoreAllMocks();
await Promise.all(Object.entries(env).map(([name, one]) => wake(name, one)));
await reset();
// Once more: what was reset late may have called what was reset before it.
await reset();
await emptyKv();

const { wait } = Object.getPrototypeOf(scheduler) as Scheduler;
let isOver = false;
scheduler.wait = async (ms, options) => {
	await wait.call(scheduler, ms, options);
	if (isOver) await new Promise(() => {});
};
afterAll(() => {
	isOver = true;
});

/** Wakes the objects of a binding: after ten idle seconds they sleep, and a reset would leave them as they are. */
async function wake(binding: string, value: unknown): Promise<void> {
	if (!binding.endsWith("_DO")) return;
	const namespace = value as DurableObjectNamespace;
	const ids = (await listDurableObjectIds(namespace)).map(String);
	const known = NAMES.filter((name) =>
		ids.includes(String(namespace.idFromName(name))),
	);
	await Promise.all(
		known.map((name) =>
			// An object that cannot start has nothing.
			runInDurableObject(namespace.getByName(name), () => {}).catch(() => {}),
		),
	);
}

async function emptyKv(): Promise<void> {
	for (;;) {
		const { keys } = await env.KV.list();
		if (keys.length === 0) return;
		await Promise.all(keys.map(({ name }) => env.KV.delete(name)));
	}
}
