import type { Cluster } from "./cluster.ts";
import { unflushed } from "./inspect.ts";

/** Decides which writes a disk does not take. */
export interface Refusals {
	/** Tells whether a statement that would write something fails. */
	statement(query: string): boolean;
	/** Tells whether a transaction that wrote something fails at its end. */
	transaction(): boolean;
}

/** Takes everything. */
export const ROOMY: Refusals = {
	statement: () => false,
	transaction: () => false,
};

/** Makes the error of a statement for which there is no room. */
export function diskFull(): Error {
	return new Error("database or disk is full: SQLITE_FULL");
}

/** Tells whether an error is that of a disk without room, or of a call that met one. */
export function isDiskFull(error: unknown): boolean {
	return `${error}` === `${diskFull()}`;
}

/** An object's disk, which is full now and then. */
export class Disk implements Refusals {
	readonly #cluster: Cluster;
	/** The object whose disk it is. */
	readonly #name: string;
	#fullUntil = 0;
	/** It has refused a count of failures: those in memory are right. */
	lacksFailures = false;
	/** It has refused a turn: that all pushes were taken, it may not know. */
	lacksTurns = false;

	constructor(cluster: Cluster, name: string) {
		this.#cluster = cluster;
		this.#name = name;
	}

	/** Has no room for so long. */
	fill(ms: number): void {
		this.#fullUntil = this.#cluster.scheduler.now + ms;
	}

	statement(query: string): boolean {
		const { random, faults } = this.#cluster;
		const isRefused = this.#isFull || random.chance(faults.writeFails);
		if (isRefused && /\bfailures\b/.test(query)) this.lacksFailures = true;
		if (isRefused && /\bturns\b/.test(query)) this.lacksTurns = true;
		return this.#noted(isRefused);
	}

	transaction(): boolean {
		const { random, faults } = this.#cluster;
		return this.#noted(random.chance(faults.transactionFails));
	}

	/** Tells whether the object's alarm cannot be set, nor cleared. */
	alarm(): boolean {
		const { random, faults } = this.#cluster;
		return this.#noted(this.#isFull || random.chance(faults.alarmFails));
	}

	/** Explains refusals that come of it. */
	#noted(isRefused: boolean): boolean {
		const { troubles, scheduler } = this.#cluster;
		if (isRefused) troubles.add([this.#name], scheduler.now);
		return isRefused;
	}

	get #isFull(): boolean {
		const { scheduler, faults } = this.#cluster;
		return faults.diskFills > 0 && scheduler.now < this.#fullUntil;
	}
}

/** After a step: perhaps some object's disk is full from now on. */
export function perhapsFill(cluster: Cluster): void {
	const { random, faults, objects } = cluster;
	if (!random.chance(faults.diskFills) || objects.size === 0) return;
	const object = random.pick([...objects.values()]);
	const ms = random.int(1_000, random.chance(0.2) ? 180_000 : 10_000);
	cluster.trace(object.name, `has a full disk for ${ms} ms`);
	object.disk.fill(ms);
}

/** After a step: perhaps some object's disk is lost. */
export function perhapsLose(cluster: Cluster): void {
	const { random, faults, objects, kv, scheduler, lostTotals } = cluster;
	const global = objects.get("global");
	if (random.chance(faults.wipe)) {
		const object = random.pick([...objects.values()]);
		if (
			object &&
			object !== global &&
			!object.isDirty &&
			// Only then are the batches that it has applied in the totals.
			!global?.isDirty &&
			unflushed(cluster, object).length === 0
		) {
			cluster.hasLostLoans ||= object.isShard;
			object.wipe();
		}
	}
	// Not during a put: it would be the last word in KV for long.
	if (global && random.chance(faults.wipeGlobal) && !kv.isWritten) {
		lostTotals.push(scheduler.moment());
		kv.forgetPages();
		global.wipe();
	}
}
