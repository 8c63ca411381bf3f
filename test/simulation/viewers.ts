import type { LiveRole } from "../../templates/runtime/live/role.ts";
import type { Cluster } from "./cluster.ts";
import type { Incarnation } from "./object.ts";
import type { Client } from "./sockets.ts";
import { SimulatedSocket } from "./sockets.ts";
import { totalsOnDisk } from "./totals-on-disk.ts";

/** A viewer comes back within so long; milliseconds. */
const COMES_BACK_MS = 10_000;

/** A message as clients get it. */
interface Message {
	version: number;
	birth: number;
	reset?: true;
	values: Record<string, number>;
}

/** Judges what viewers are shown. */
export interface Judge {
	/** Lets totals fall without a reset. */
	mayFall: boolean;
	/** Tells whether there was, or may have been, a reset. */
	hasResets: () => boolean;
}

/** Someone who watches counters, comes back when cut off, and notes what is shown. */
class Viewer implements Client {
	readonly names: readonly string[] | true;
	readonly #name: string;
	readonly #cluster: Cluster;
	readonly #judge: Judge;
	readonly shown = new Map<string, number>();
	#last: Message | undefined;
	#socket: SimulatedSocket | undefined;
	/** It is still to get the first message of this connection. */
	#isNew = false;
	/** Lives of a live object in which totals were shown last, by name. */
	readonly #lives = new Map<string, Incarnation | undefined>();
	#hasLeft = false;

	constructor(
		cluster: Cluster,
		name: string,
		names: readonly string[] | true,
		judge: Judge,
	) {
		this.#cluster = cluster;
		this.#name = name;
		this.names = names;
		this.#judge = judge;
	}

	/** True until it leaves for good. */
	get isThere(): boolean {
		return !this.#hasLeft;
	}

	/** True once it was shown anything since it came back last. */
	get isShown(): boolean {
		return this.#socket?.isOpen === true && !this.#isNew;
	}

	connect(): void {
		const cluster = this.#cluster;
		if (this.#hasLeft) return;
		const { random, settings, faults } = cluster;
		const index = random.int(0, settings.live.objects - 1);
		cluster.later(() => {
			if (this.#hasLeft) return;
			const object = cluster.object(`live${index}`);
			const role = object.start()?.role as LiveRole | undefined;
			if (!role || random.chance(faults.lost)) {
				this.#comeBack();
				return;
			}
			cluster.onCall(object);
			this.#isNew = true;
			this.#socket = new SimulatedSocket(cluster, object, this);
			const { version, birth } = this.#last ?? {};
			const seen =
				version === undefined || birth === undefined
					? undefined
					: { since: version, birth };
			this.#trace(
				`watches ${this.names} at live${index}, seen ${JSON.stringify(seen)}`,
			);
			role.admit(this.#socket, { names: this.names, seen });
		}, `live${index}`);
	}

	leave(): void {
		this.#trace("leaves");
		this.#hasLeft = true;
		this.#socket?.leave();
	}

	closed(code: number): void {
		this.#trace(`is cut off: ${code}`);
		this.#comeBack();
	}

	received(text: string, life: Incarnation | undefined): void {
		this.#trace(`is shown ${text}`);
		const message = JSON.parse(text) as Message;
		const { version, birth, reset, values } = message;
		const found = new Map(Object.entries(values));
		const { names } = this;
		const complain = (what: string) =>
			this.#cluster.report(`${this.#name} ${what}: ${text}`);
		if (names !== true) {
			if (this.#isNew && names.some((name) => !found.has(name)))
				complain("is first shown less than it watches");
			if ([...found.keys()].some((name) => !names.includes(name)))
				complain("is shown what it does not watch");
		}
		const last = this.#last;
		if (last && last.birth === birth && version < last.version)
			complain(`is shown a version after ${last.version}`);
		if (reset && !this.#isNew && this.#knowsReset())
			complain("is told of a reset that it knows");
		// Who slept does not remember what it has shown. A total of 0 may stand for none.
		const isNews = [...found].some(
			([name, value]) =>
				value === 0 ||
				value !== this.shown.get(name) ||
				life !== this.#lives.get(name),
		);
		if (!reset && !this.#isNew && !isNews) complain("is shown nothing new");
		if (reset)
			for (const name of this.shown.keys())
				if (!found.has(name)) found.set(name, 0);
		// A storage begins with one, of which nobody may see anything.
		const mayFall = this.#judge.mayFall || (reset && this.#judge.hasResets());
		for (const [name, value] of found) {
			const before = this.shown.get(name) ?? 0;
			if (value < before && !mayFall)
				complain(`sees ${name} go back from ${before}`);
			this.shown.set(name, value);
			this.#lives.set(name, life);
		}
		this.#last = message;
		this.#isNew = false;
	}

	/** Tells whether there was no reset since what it was shown last. */
	#knowsReset(): boolean {
		const storage = this.#cluster.objects.get("global")?.storage;
		if (!this.#last || !storage?.has("turns")) return false;
		const [turns] = storage.rows<{ birth: number; reset: number }>(
			"SELECT birth, reset FROM turns",
		);
		return (
			turns?.birth === this.#last.birth && turns.reset <= this.#last.version
		);
	}

	#comeBack(): void {
		const { scheduler, random } = this.#cluster;
		scheduler.after(random.int(0, COMES_BACK_MS), () => this.connect());
	}

	#trace(what: string): void {
		this.#cluster.trace(this.#name, what);
	}
}

/** All who watch in a schedule. */
export class Viewers {
	readonly #cluster: Cluster;
	readonly #counters: readonly string[];
	readonly #judge: Judge;
	readonly #all: Viewer[] = [];

	constructor(cluster: Cluster, counters: readonly string[], judge: Judge) {
		this.#cluster = cluster;
		this.#counters = counters;
		this.#judge = judge;
	}

	/** Has somebody come, and perhaps leave again. */
	arrive(): void {
		const { random, scheduler } = this.#cluster;
		const some = this.#counters.filter(() => random.chance(0.5));
		const names = random.chance(0.2)
			? true
			: some.length > 0
				? some.toSorted()
				: [random.pick(this.#counters)];
		const name = `viewer${this.#all.length}`;
		const viewer = new Viewer(this.#cluster, name, names, this.#judge);
		this.#all.push(viewer);
		viewer.connect();
		if (random.chance(0.5))
			scheduler.after(random.int(0, random.chance(0.5) ? 300 : 30_000), () =>
				viewer.leave(),
			);
	}

	/** Everybody leaves. */
	leave(): void {
		for (const viewer of this.#all) if (viewer.isThere) viewer.leave();
	}

	/** At rest, everybody sees the totals as they are. */
	checkLatest(): void {
		const storage = this.#cluster.objects.get("global")?.storage;
		if (!storage?.has("counters")) return;
		const totals = totalsOnDisk(storage);
		for (const [n, viewer] of this.#all.entries()) {
			if (!viewer.isThere) continue;
			if (!viewer.isShown) {
				this.#cluster.report(`viewer${n} is at rest and was shown nothing`);
				continue;
			}
			const { names, shown } = viewer;
			for (const name of names === true ? this.#counters : names) {
				const [is, total] = [shown.get(name) ?? 0, totals.get(name) ?? 0];
				if (is !== total)
					this.#cluster.report(
						`viewer${n} is at rest and sees ${name} at ${is}, not ${total}`,
					);
			}
		}
	}
}
