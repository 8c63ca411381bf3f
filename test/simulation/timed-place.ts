import {
	type GlobalHost,
	GlobalRole,
} from "../../templates/runtime/global/role.ts";
import type { Host } from "../../templates/runtime/object/host.ts";
import type { Batch, Entry } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import {
	type ShardHost,
	ShardRole,
} from "../../templates/runtime/shard/role.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const SETTINGS: CounterSettings = {
	...new Configurations(new Random(1), profile).next(),
	shardMinRequestToGlobal: 100,
	shardWriteToGlobalAfter: 1_000,
	globalMinWritesToKV: 100,
	globalWriteToKVAfter: 1_000,
};

/** Alarms that ring more often than that ring without pause. */
const MOST_RINGS = 5_000;

/** Where one object lives: its clock can step while time goes on. */
export class Place {
	/** Time as it is; milliseconds since 1970. */
	real = 1_800_000_000_000;
	/** How far the alarm service's clock is ahead; milliseconds. */
	alarmsAhead = 0;
	rung = 0;
	readonly events: string[] = [];
	readonly host: Host;
	/** How far the object's clock is ahead. */
	#ahead = 0;
	/** What that clock shows while it stands still. */
	#stoppedAt: number | undefined;
	#alarm: number | undefined;
	#waits: { at: number; done: () => void }[] = [];

	constructor() {
		this.host = {
			now: () => this.#stoppedAt ?? this.real + this.#ahead,
			random: () => 0.5,
			wait: (ms, signal) =>
				new Promise((resolve, reject) => {
					const wait = { at: this.real + ms, done: resolve };
					this.#waits.push(wait);
					signal?.addEventListener("abort", () => {
						this.#waits = this.#waits.filter((one) => one !== wait);
						reject(signal.reason);
					});
				}),
			setAlarm: (at) => {
				this.#alarm = at;
			},
			log: (_, event) => this.events.push(event),
		};
	}

	/** Has the object's clock jump; the alarm service's does not. */
	step(ms: number): void {
		this.#ahead += ms;
	}

	/** Has the object's clock stand still. */
	stop(): void {
		this.#stoppedAt = this.host.now();
	}

	/** Lets time pass for a role, with its waits and alarms. */
	async run(
		role: { alarm(): Promise<void> } | undefined,
		ms: number,
	): Promise<void> {
		const until = this.real + ms;
		let ringing: Promise<void> | undefined;
		await settled();
		while (this.rung < MOST_RINGS) {
			const next = this.#waits.toSorted((a, b) => a.at - b.at)[0];
			const alarmAt =
				role && !ringing && this.#alarm !== undefined
					? Math.max(this.#alarm - this.alarmsAhead, this.real)
					: Infinity;
			const at = Math.min(next?.at ?? Infinity, alarmAt);
			if (at > until) break;
			this.real = Math.max(this.real, at);
			if (role && alarmAt <= this.real) {
				this.#alarm = undefined;
				this.rung++;
				ringing = role.alarm().finally(() => {
					ringing = undefined;
				});
			} else if (next) {
				this.#waits = this.#waits.filter((one) => one !== next);
				next.done();
			}
			await settled();
		}
		this.real = until;
	}

	batch(seq: number, entries: readonly Entry[] = [["a", 1]]): Batch {
		return {
			version: 1,
			shard: 0,
			epoch: 1,
			seq,
			reason: "requestWrite",
			requests: 1,
			entries,
		};
	}
}

/** A shard in that place, whose calls all succeed unless a test says otherwise. */
export function shardAt(
	place: Place,
	host: Partial<ShardHost>,
	settings: Partial<CounterSettings> = {},
): ShardRole {
	const database = new Storage(() => {}).database(() => true);
	return new ShardRole(0, { ...SETTINGS, ...settings }, database, {
		...place.host,
		commit: () => Promise.resolve(),
		apply: async ({ epoch, seq }) => ({ epoch, seq }),
		register: async (lists) => lists.map(() => []),
		claimAt: () => Promise.reject(new Error("there is no other shard")),
		...host,
	});
}

/** A global object in that place; see {@link shardAt}. */
export function globalAt(
	place: Place,
	host: Partial<GlobalHost>,
	settings: Partial<CounterSettings> = {},
): GlobalRole {
	const database = new Storage(() => {}).database(() => true);
	return new GlobalRole({ ...SETTINGS, ...settings }, database, {
		...place.host,
		drain: () => Promise.resolve(true),
		health: () => Promise.reject(new Error("not asked")),
		holdings: () => Promise.reject(new Error("not asked")),
		kv: { put: async () => {}, delete: async () => {} },
		pageBytes: 512 * 1024,
		...host,
	});
}

/** Resolves when all has happened that waits for nothing. */
function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
