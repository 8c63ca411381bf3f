import type { Per } from "../../templates/runtime/bounds/contract.ts";
import type { BoundsChange, Periods, Tried } from "../oracle/amounts.ts";
import { checkBounds, checkRefused } from "../oracle/bounds.ts";
import { type BoundClients, boundsOf } from "./bound-clients.ts";
import { hasBegun, isHeld, ownOf } from "./bounds-on-disk.ts";
import type { Attempt, Clients } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import { LoansJudge } from "./judge-loans.ts";
import type { Life, SimulatedObject } from "./object.ts";
import { totalOf } from "./settings.ts";

/** Before everything. */
const FIRST = -1;

/** Lengths of periods; milliseconds. */
const PERIOD_MS: Record<Per, number> = {
	hour: 3_600_000,
	day: 86_400_000,
	month: 30 * 86_400_000,
};

/** Most that two clocks are apart which are off, but right … */
const SKEW_MS = 200;

/** … and which jump. */
const APART_MS = 2 * 3_600_000;

/** A shard runs code without bounds until it starts again. */
interface Unbound {
	shard: string;
	from: number;
	until: number;
}

/** Notes which bounds are in force, and judges what was counted and refused under them. */
export class BoundsJudge {
	readonly #cluster: Cluster;
	readonly #clients: BoundClients;
	readonly #counters: readonly string[];
	readonly #unbound: Unbound[] = [];
	readonly #loans: LoansJudge;
	/** Bounds of all counters, as they were last in force. */
	#inForce: string;
	/** Changes that may be in force, and may not be yet. */
	#begun: BoundsChange[] = [];

	constructor(
		cluster: Cluster,
		clients: BoundClients,
		counters: readonly string[],
	) {
		this.#cluster = cluster;
		this.#clients = clients;
		this.#counters = counters;
		this.#loans = new LoansJudge(cluster);
		const { limits } = cluster.settings.totalBounds;
		this.#inForce = JSON.stringify(limits ?? null);
		if (limits)
			for (const counter of counters)
				clients.changes.push({
					counter,
					bounds: boundsOf(limits),
					begin: FIRST,
					end: FIRST,
					outcome: "acknowledged",
				});
	}

	/** An object has started. */
	started({ name, isShard }: SimulatedObject, life: Life): void {
		if (!isShard) return;
		const from = this.#cluster.scheduler.moment();
		const last = this.#unbound.findLast(({ shard }) => shard === name);
		if (last) last.until = Math.min(last.until, from);
		if (totalOf(life)) return;
		this.#unbound.push({ shard: name, from, until: Infinity });
		this.#cluster.hasLostLoans = true;
	}

	/** The global object looks at its clock. */
	looked(shown: number): void {
		this.#loans.looked(shown);
	}

	/** An object has committed. */
	committed(object: SimulatedObject): void {
		if (object.isShard) this.#loans.committed(object);
	}

	/** To be called after each step of the schedule. */
	stepped(): void {
		const { objects, scheduler } = this.#cluster;
		const { storage, incarnation } = objects.get("global") ?? {};
		if (!storage || !incarnation) return;
		const total = totalOf(incarnation);
		// If no shard ever ran other code, there is nothing to begin with.
		const holds = this.#unbound.length === 0 || hasBegun(storage);
		const inForce = JSON.stringify((holds && total) || null);
		const now = scheduler.moment();
		if (inForce !== this.#inForce) {
			this.#inForce = inForce;
			for (const change of this.#begun) change.over = now;
			this.#begun = this.#counters.map((counter) => ({
				counter,
				bounds: boundsOf(
					(holds && total && ownOf(storage, counter)) || total || {},
				),
				begin: now,
				outcome: "indeterminate",
			}));
			this.#clients.changes.push(...this.#begun);
		}
		if (!holds || !total) return;
		this.#begun = this.#begun.filter((change) => {
			if (!isHeld(storage, change)) return true;
			Object.assign(change, { end: now, outcome: "acknowledged" });
			return false;
		});
	}

	/** Judges all that clients did. */
	judge({ history, attempts }: Clients): string[] {
		const { changes } = this.#clients;
		const { clocks, hasLostLoans, settings, troubles } = this.#cluster;
		const unbound = new Set<unknown>(
			attempts.filter((one) => this.#mayBeUnbound(one)),
		);
		const tried = history.map((one): Tried => {
			if (unbound.has(one)) return { ...one, isUnbound: true };
			// Others were lent it for whom nobody waits.
			const { begin, end = Infinity } = one;
			const isExcused = troubles.explain(["late lend"], begin, end);
			return isExcused ? { ...one, isPastBound: false } : one;
		});
		const { per } = settings.totalBounds;
		const options = per ? { periodsOf: this.#periodsOf(per) } : {};
		// Nobody knows what is left of lost loans.
		const isSure = !hasLostLoans && !(per && clocks.areDisturbed);
		return [
			...checkBounds(tried, changes, options),
			...this.#loans.judge(changes),
			...(isSure ? checkRefused(tried, changes, options) : []),
		];
	}

	#mayBeUnbound({ shard, begin, end, over }: Attempt): boolean {
		return this.#unbound.some(
			(one) =>
				one.shard === shard &&
				one.from <= (end ?? over ?? Infinity) &&
				one.until >= begin,
		);
	}

	#periodsOf(per: Per): (begin: number, end: number) => Periods {
		const { clocks } = this.#cluster;
		const apart = clocks.areDisturbed ? APART_MS : SKEW_MS;
		const periodAt = (moment: number) =>
			Math.floor(this.#cluster.toEpoch(moment) / PERIOD_MS[per]);
		return (begin, end) => [periodAt(begin - apart), periodAt(end + apart)];
	}
}
