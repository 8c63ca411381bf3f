import type { Amount, Entry } from "../../templates/runtime/protocol.ts";
import { BoundClients } from "./bound-clients.ts";
import { Clients, type Worker } from "./clients.ts";
import type { Cluster } from "./cluster.ts";
import type { Mix, Profile } from "./profile.ts";
import type { Configurations, Total } from "./settings.ts";
import { Viewers } from "./viewers.ts";

/** Time before a schedule by which a day and its hours are over. */
export const LONG_BEFORE_MS = 2 * 86_400_000;

const WORKERS = 3;
/** Milliseconds between two operations once nothing fails any more. */
const LONGEST_PAUSE_MS = 2_000;
const NAMES = ["a", "constructor", "__proto__", "d", "e"];
/** More, in no order: whole numbers, and such as UTF-16 sorts otherwise. */
const MORE = ["10", "9", "\u{1f600}", "\uffee", "\u{1f601}", "d\0", "\ufffd"];

/** Has clients count, read and reset, and deploys now and then. */
export class Workload {
	readonly #cluster: Cluster;
	readonly #profile: Profile;
	readonly #configurations: Configurations;
	readonly #workers: Worker[];
	readonly clients: Clients;
	readonly bounds: BoundClients;
	readonly viewers: Viewers;
	readonly counters: readonly string[];
	/** Configurations so far, the first one included. */
	readonly settings: [Worker["settings"], ...Worker["settings"][]];
	#open = 0;
	#keys = 0;
	/** Time at which the newest key may be used for the last time. */
	#keyUntil = 0;

	constructor(
		cluster: Cluster,
		profile: Profile,
		configurations: Configurations,
	) {
		this.#cluster = cluster;
		this.#profile = profile;
		this.#configurations = configurations;
		this.counters = [...NAMES, ...MORE].slice(0, profile.counters);
		this.clients = new Clients(cluster, this.counters, profile.twins);
		this.bounds = new BoundClients(cluster, this.clients, () =>
			this.settings.map(({ totalBounds }) => totalBounds.limits ?? {}),
		);
		this.viewers = new Viewers(cluster, this.counters, {
			mayFall: profile.negative,
			hasResets: () =>
				cluster.lostTotals.length > 0 ||
				this.clients.history.some(({ kind }) => kind === "reset"),
		});
		this.settings = [cluster.settings];
		const { isolates } = cluster;
		const workers = Math.max(WORKERS, isolates.length);
		this.#workers = Array.from({ length: workers }, (_, n) => ({
			settings: cluster.settings,
			isolate: isolates[n % isolates.length] ?? isolates[0],
		}));
	}

	/** True while an operation is under way or to come. */
	get isBusy(): boolean {
		return this.#open > 0;
	}

	/** Puts everything on the schedule; `share` of the operations. */
	begin(share = 1): void {
		const { random } = this.#cluster;
		const { operations, pause, deploys, age, viewers } = this.#profile;
		const count = Math.max(1, Math.round(random.int(...operations) * share));
		for (let shard = 0; age > 0 && shard < this.settings[0].shardCount; shard++)
			this.#cluster.object(`shard${shard}`).start();
		let at = age;
		for (let n = 0; n < count; n++) {
			at += random.chance(0.1)
				? random.int(0, 8 * pause)
				: random.int(0, pause);
			this.#later(at, () => this.#operate());
		}
		if (viewers > 0)
			for (let n = random.int(1, viewers); n > 0; n--)
				this.#later(random.int(age, at), async () => this.viewers.arrive());
		const deployments = random.int(0, deploys);
		for (let n = 0; n < deployments; n++)
			this.#later(random.int(age, at), async () => this.#deploy());
	}

	/** Has clients go on for a while: so many operations from now on. */
	goOn(count: number): void {
		const { random } = this.#cluster;
		const pause = Math.min(this.#profile.pause, LONGEST_PAUSE_MS);
		let at = 0;
		for (let n = 0; n < count; n++) {
			at += random.int(0, pause);
			this.#later(at, () => this.#operate());
		}
	}

	#later(ms: number, run: () => Promise<unknown>): void {
		this.#open++;
		this.#cluster.scheduler.after(ms, () =>
			run().finally(() => {
				this.#open--;
			}),
		);
	}

	#deploy(): void {
		const { random, scheduler } = this.#cluster;
		const { rollbacks, forks } = this.#profile;
		// Now and then a rollback, which knows nothing of what came since.
		const settings = random.chance(rollbacks)
			? { ...random.pick(this.settings) }
			: this.#configurations.next(random.chance(forks));
		this.settings.push(settings);
		this.#cluster.deploy(settings);
		for (const worker of this.#workers)
			scheduler.after(random.int(0, this.#profile.oldWorkers), () => {
				// Never back to an older one.
				if (
					this.settings.indexOf(worker.settings) <
					this.settings.indexOf(settings)
				)
					worker.settings = settings;
			});
	}

	async #operate(): Promise<unknown> {
		const { random } = this.#cluster;
		const worker = random.pick(this.#workers);
		const { clients } = this;
		switch (pickFrom(this.#profile.mix, random.next())) {
			case "increment":
				return clients.increment(worker, this.#entries(1));
			case "increments":
				return clients.increment(worker, this.#entries(random.int(2, 3)));
			case "keyed":
				return this.#keyed();
			case "kv":
				return clients.read(worker, "kv");
			case "global":
				return clients.read(worker, "global");
			case "exact":
				return clients.read(worker, "exact");
			case "history":
				return clients.readPast();
			case "inNoBucket":
				return clients.increment(worker, this.#entries(1), undefined, "none");
			case "imports":
				return this.#keyed(this.#amounts(), "none");
			case "bound":
				return this.bounds.set(random.pick(this.counters), this.#total());
			case "limit":
				return this.bounds.read(random.pick(this.counters));
			case "reset":
				return clients.reset(
					worker,
					this.#profile.twins || random.chance(0.5)
						? undefined
						: random.pick(this.counters),
				);
			case "drain":
				return clients.drain(worker);
			case "publish":
				return clients.publish(worker);
		}
	}

	/** Other bounds than those of all counters or, now and then, none. */
	#total(): Total | undefined {
		const { random } = this.#cluster;
		if (random.chance(0.3)) return undefined;
		const { min, max } = random.pick(this.#profile.totals);
		return {
			...(min !== undefined && { min: random.int(2 * min, 0) }),
			...(max !== undefined && { max: random.int(0, 2 * max) }),
		};
	}

	/** One request with a key, tried again, perhaps by several at once. */
	async #keyed(amounts?: readonly Amount[], stamp?: "none"): Promise<void> {
		const { random, scheduler } = this.#cluster;
		// Within its window, and with time to arrive there.
		const span = this.#profile.idempotencyWindow * 0.75;
		const isReused =
			!stamp && random.chance(0.1) && scheduler.now < this.#keyUntil;
		if (!isReused) {
			this.#keys++;
			this.#keyUntil = scheduler.now + span;
		}
		const key = `k${this.#keys}`;
		const until = this.#keyUntil;
		const entries = amounts ?? this.#entries(random.int(1, 2));
		const attempt = async () => {
			for (let n = 0; n < 4; n++) {
				const worker = random.pick(this.#workers);
				const outcome = await this.clients.increment(
					worker,
					entries,
					key,
					stamp,
				);
				if (outcome === "acknowledged" && random.chance(0.4)) return;
				await this.#sleep(
					random.int(
						0,
						random.chance(0.4)
							? Math.min(this.#profile.retriesWithin, span)
							: 1_500,
					),
				);
				if (scheduler.now > until) return;
			}
		};
		await Promise.all(
			random.chance(0.3) ? [attempt(), attempt()] : [attempt()],
		);
	}

	#sleep(ms: number): Promise<void> {
		return new Promise((resolve) => this.#cluster.scheduler.after(ms, resolve));
	}

	/** Amounts of some hours ago, or of days before it began. */
	#amounts(): Amount[] {
		const { random } = this.#cluster;
		const now = this.#cluster.toEpoch(this.#cluster.scheduler.now);
		const begin = this.#cluster.toEpoch(0);
		return Array.from({ length: random.int(1, 4) }, (): Amount => {
			const [[name, by] = ["a", 1]] = this.#entries(1);
			if (random.chance(0.2)) return [name, by];
			const at = random.chance(0.5)
				? begin - LONG_BEFORE_MS - random.int(0, 12) * 3_600_000
				: now - random.int(0, 6) * random.pick([60_000, 3_600_000]);
			return [name, by, random.int(0, 2), Math.floor(at / 60_000)];
		});
	}

	#entries(count: number): Entry[] {
		const { random } = this.#cluster;
		const names = new Set<string>();
		while (names.size < Math.min(count, this.counters.length))
			names.add(random.pick(this.counters));
		const entries = [...names].map((name): Entry => {
			const by = random.int(...this.#profile.amounts);
			return [name, this.#profile.negative && random.chance(0.4) ? -by : by];
		});
		return this.#profile.twins ? this.#withTwins(entries) : entries;
	}

	/** For each counter its twin, raised alike. */
	#withTwins(entries: readonly Entry[]): Entry[] {
		const half = this.counters.length / 2;
		const pairs = entries.map(([name, by]): [string, Entry[]] => {
			const n = this.counters.indexOf(name) % half;
			const [one = name, other = name] = [
				this.counters[n],
				this.counters[n + half],
			];
			return [
				one,
				[
					[one, by],
					[other, by],
				],
			];
		});
		return [...new Map(pairs).values()].flat();
	}
}

function pickFrom(mix: Mix, random: number): keyof Mix {
	const weights = Object.entries(mix) as [keyof Mix, number][];
	let left = random * weights.reduce((sum, [, weight]) => sum + weight, 0);
	for (const [kind, weight] of weights) {
		left -= weight;
		if (left < 0) return kind;
	}
	return "increment";
}
