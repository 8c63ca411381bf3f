import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import { type Api, Refused, under } from "./api.ts";
import { many, signed } from "./format.ts";
import { isLoopback } from "./token.ts";

/** Things that a person can do to a namespace. */
export interface Actions {
	/**
	 * Counts `step` on a counter; missing on any host but this machine, where a
	 * click to try it would be a false count.
	 */
	count: ((counter: string) => Promise<void>) | undefined;
	/** Amount that `count` adds. */
	step: number;
	/** Has shards write what they hold to the global object now. */
	flush(shards: readonly number[]): Promise<void>;
	/** Resets one counter or, without a name, all. */
	reset(counter?: string): Promise<void>;
}

interface Outcome {
	onDone(text: string): void;
	onFailed(text: string): void;
	onDenied(): void;
}

export function actionsOf(
	api: Api,
	{ mount, increment }: ShownNamespace,
	{ onDone, onFailed, onDenied }: Outcome,
): Actions {
	const step = stepWithin(increment);
	const post = async <Data>(path: string) =>
		(await api.post<Data>(under(mount, path))).data;
	const attempt = async (act: () => Promise<string>) => {
		try {
			onDone(await act());
		} catch (error) {
			if (error instanceof Refused && error.status === 401) onDenied();
			else onFailed((error as Error).message);
		}
	};
	const count = (counter: string) =>
		attempt(async () => {
			const path = `increment/${encodeURIComponent(counter)}?by=${step}`;
			const { shard } = await post<{ shard: number }>(path);
			return `${counter} ${signed(step)}: on the disk of shard${shard}`;
		});
	return {
		step,
		count: isLoopback(location.hostname) ? count : undefined,
		flush: (shards) =>
			attempt(async () => {
				await Promise.all(shards.map((shard) => post(`shard/${shard}/write`)));
				return `Flushed ${many(shards.length, "shard")}`;
			}),
		reset: (counter) =>
			attempt(async () => {
				const path =
					counter === undefined ? "" : `/${encodeURIComponent(counter)}`;
				await post(`global/reset${path}`);
				return counter === undefined
					? "All counters are reset"
					: `${counter} is reset`;
			}),
	};
}

/** Chooses 1 or, where that is not allowed, what comes next to it. */
function stepWithin({ min, max }: ShownNamespace["increment"]): number {
	const near = Math.min(Math.max(1, min), max);
	return near === 0 ? min : near;
}
