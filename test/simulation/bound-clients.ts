import type { Refusal } from "../../templates/runtime/problem.ts";
import type { Bounds, BoundsChange } from "../oracle/amounts.ts";
import type { Clients } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import type { Total } from "./settings.ts";

/** Bounds of a counter, and what is used of them. */
interface Limit {
	min?: number;
	max?: number;
	used: number;
	/** They are the counter's own. */
	own: boolean;
	/** End of the period that they are of; milliseconds since 1970. */
	resetsAt?: number;
}

export function boundsOf({ min = -Infinity, max = Infinity }: Total): Bounds {
	return { min, max };
}

/** Gives counters bounds of their own, and reads bounds; writes down what came of it. */
export class BoundClients {
	readonly #cluster: Cluster;
	readonly #clients: Clients;
	readonly #totals: () => readonly Total[];
	/** Bounds that counters got, or may have got; moments are the scheduler's. */
	readonly changes: BoundsChange[] = [];

	/** @param totals bounds of all counters in any configuration so far */
	constructor(
		cluster: Cluster,
		clients: Clients,
		totals: () => readonly Total[],
	) {
		this.#cluster = cluster;
		this.#totals = totals;
		this.#clients = clients;
	}

	/** Gives a counter bounds of its own or, without any, those of all others back. */
	async set(counter: string, bounds?: Total): Promise<void> {
		const { scheduler } = this.#cluster;
		const begin = scheduler.moment();
		// The global object's code says which ones there are for all.
		const all = bounds ? [bounds] : this.#totals();
		const changes = all.map(
			(one): BoundsChange => ({
				counter,
				bounds: boundsOf(one),
				begin,
				outcome: "indeterminate",
			}),
		);
		this.changes.push(...changes);
		const answer = bounds
			? await this.#ask("setLimit", counter, bounds)
			: await this.#ask("dropLimit", counter);
		const end = scheduler.moment();
		for (const change of changes) {
			if (!answer) this.#clients.giveUp(change);
			// A refusal may come after the bounds are on disk, and an answer after others
			// have changed them.
			else if ("problem" in answer || (answer.own && !bounds))
				change.over = end;
			else {
				const inForce = boundsOf(bounds ?? answer);
				Object.assign(change, {
					bounds: inForce,
					end,
					outcome: "acknowledged",
				});
			}
		}
	}

	/** Reads the bounds of a counter, and its total or what it has in the period. */
	async read(counter: string): Promise<Limit | undefined> {
		const { scheduler } = this.#cluster;
		const begin = scheduler.moment();
		const limit = await this.#ask("limit", counter);
		if (!limit || "problem" in limit) return undefined;
		// Lost loans count as used.
		if (limit.resetsAt === undefined && !this.#cluster.hasLostLoans)
			this.#clients.history.push({
				kind: "read",
				level: "exact",
				values: new Map([[counter, limit.used]]),
				begin,
				end: scheduler.moment(),
			});
		return limit;
	}

	#ask(method: string, ...args: unknown[]) {
		return this.#clients.ask<Limit | Refusal>("global", method, args);
	}
}
