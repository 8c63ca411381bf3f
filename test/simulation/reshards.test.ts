import { expect, test } from "vitest";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { homeOf } from "../../templates/runtime/idempotency/key-home.ts";
import { KEYS_SCHEMA } from "../../templates/runtime/idempotency/schema.ts";
import {
	knownTo,
	Shardings,
} from "../../templates/runtime/idempotency/shardings.ts";
import { migrate } from "../../templates/runtime/object/migrations.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type {
	ShardHost,
	ShardRole,
} from "../../templates/runtime/shard/role.ts";
import { identity } from "./identity.ts";
import { keysOnDisk } from "./keys-on-disk.ts";
import { Place, SETTINGS } from "./lone-objects.ts";
import { Storage } from "./storage.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Keys whose homes are these; the index is one less than the number of shards. */
function keysAt(homes: readonly number[]): string[] {
	return Array.from({ length: 200 }, (_, n) => `k${n}`).filter((key) =>
		homes.every((home, n) => homeOf(key, n + 1) === home),
	);
}

const [KEY = "", OTHER = "", THIRD = "", FOURTH = ""] = keysAt([0, 1, 1]);

function configuration(
	shardCount: number,
	shardCounts: readonly number[],
	reshardings: number,
	windowMs = HOUR_MS,
): CounterSettings {
	const idempotency = idempotencyKeys({ windowMs });
	return { ...SETTINGS, shardCount, shardCounts, reshardings, idempotency };
}

/** A name that the global object has no room for. */
const REFUSED = "refused";

/** Real shards on disks that survive, under whatever code is started. */
class Shards {
	now = 1_000 * HOUR_MS;
	/** Time that the global object takes to register names; milliseconds. */
	registersMs = 0;
	/** Called in each claim, after it has been answered and before that arrives. */
	onClaim: () => Promise<unknown> = async () => {};
	claims = 0;
	readonly #places = new Map<number, Place>();
	readonly #roles = new Map<number, ShardRole>();

	start(shard: number, settings: CounterSettings): void {
		const place = this.#places.get(shard) ?? new Place();
		this.#places.set(shard, place);
		const surroundings: Partial<ShardHost> = {
			now: () => this.now,
			register: async (lists) => {
				this.now += this.registersMs;
				return lists.map((names) => names.filter((name) => name === REFUSED));
			},
			claimAt: async (to, key, ...rest) => {
				this.claims++;
				const answer = this.#role(to).claim(key, shard, ...rest);
				await this.onClaim();
				return structuredClone(answer);
			},
		};
		this.#roles.set(shard, place.shard(surroundings, settings, shard));
	}

	/** A keyed increment as a Worker with those settings sends it to its home. */
	async count(
		settings: CounterSettings,
		key = KEY,
		name = "a",
	): Promise<"new" | "repeated" | string> {
		const shard = homeOf(key, settings.shardCount);
		const entries = [[name, 1]] as const;
		const answer = await this.#role(shard).increment(
			entries,
			identity(settings, key, entries),
		);
		if ("problem" in answer) return answer.problem.code;
		return answer.repeated ? "repeated" : "new";
	}

	/** Another shard, whose code is that, claims some key from a shard. */
	claimFrom(
		shard: number,
		by: number,
		settings: CounterSettings,
		key = "another",
	): void {
		this.#role(shard).claim(key, by, knownTo(settings));
	}

	/** Requests and names that wait in a shard. */
	waiting(shard: number): object {
		return this.#role(shard).load().waiting;
	}

	/** Keys that a shard has on disk. */
	keys(shard: number): string[] {
		const storage = this.#places.get(shard)?.storage;
		return storage
			? keysOnDisk(storage)
					.map(({ key }) => key)
					.toSorted()
			: [];
	}

	rowsWritten(shard: number): number {
		return this.#places.get(shard)?.storage.rowsWritten ?? 0;
	}

	rows(shard: number, table: string): number {
		return this.#places.get(shard)?.rows(table) ?? 0;
	}

	#role(shard: number): ShardRole {
		const role = this.#roles.get(shard);
		if (!role) throw new Error(`shard${shard} was not started`);
		return role;
	}
}

const ONE = configuration(1, [], 0);
const TWO = configuration(2, [1, 2], 1);

test.each([
	["while both knew the new count", true],
	["of which the earlier home never heard", false],
])(
	"a key counts once over an early rollback and a late roll forward %s",
	async (_, knew) => {
		const shards = new Shards();
		shards.start(0, ONE);
		if (knew) shards.start(0, TWO);
		shards.start(1, TWO);
		shards.now += 10 * MINUTE_MS;
		shards.start(0, ONE);
		shards.now += 139 * MINUTE_MS;
		expect(await shards.count(ONE)).toBe("new");
		shards.now += MINUTE_MS;
		shards.start(0, TWO);
		shards.start(1, TWO);
		shards.now += MINUTE_MS;
		expect(await shards.count(TWO)).toBe("repeated");
	},
);

test("a key counts once over a rollback however long after the change", async () => {
	const shards = new Shards();
	shards.start(0, TWO);
	shards.start(1, TWO);
	shards.now += 90 * HOUR_MS;
	expect(await shards.count(TWO)).toBe("new");
	shards.start(0, ONE);
	shards.now += MINUTE_MS;
	expect(await shards.count(ONE)).toBe("repeated");
	expect(await shards.count(TWO)).toBe("repeated");
});

test("a key counts once at the edge of a short window", async () => {
	const [one, two] = [
		configuration(1, [], 0, 15 * MINUTE_MS),
		configuration(2, [1, 2], 1, 15 * MINUTE_MS),
	];
	const shards = new Shards();
	shards.start(0, one);
	shards.now += 90 * HOUR_MS;
	shards.start(1, two);
	shards.registersMs = 8_000;
	expect(await shards.count(two)).toBe("new");
	shards.now += 15 * MINUTE_MS - 4_000;
	expect(await shards.count(one)).toBe("repeated");
});

test("a claim that old code makes lasts as long as what is counted under it", async () => {
	const [one, two] = [
		configuration(1, [], 0, 15 * MINUTE_MS),
		configuration(2, [1, 2], 1, 15 * MINUTE_MS),
	];
	const shards = new Shards();
	shards.start(0, two);
	shards.start(1, two);
	await shards.count(two, OTHER);
	shards.start(0, one);
	shards.now += 90 * HOUR_MS;
	shards.registersMs = 8_000;
	expect(await shards.count(one)).toBe("new");
	shards.now += 15 * MINUTE_MS - 4_000;
	expect(await shards.count(two)).toBe("repeated");
});

test("a key that takes too long to be counted after its claims is refused", async () => {
	const shards = new Shards();
	shards.start(0, ONE);
	shards.start(1, TWO);
	shards.registersMs = 2 * MINUTE_MS;
	expect(await shards.count(TWO)).toBe("idempotency-key-unsettled");
	// Its name is known by now.
	expect(await shards.count(TWO)).toBe("new");
});

test("a key counts once where a rollback was followed by another change", async () => {
	const three = configuration(3, [1, 3], 1);
	const [key = ""] = keysAt([0, 1, 2]);
	const shards = new Shards();
	shards.start(0, TWO);
	shards.start(1, TWO);
	expect(await shards.count(TWO, key)).toBe("new");
	// The lock file was rolled back, too: it never heard of two shards.
	for (const shard of [0, 1, 2]) shards.start(shard, three);
	shards.now += MINUTE_MS;
	expect(await shards.count(three, key)).toBe("repeated");
});

test("once all have known the new count for a window and an hour, none is asked", async () => {
	const shards = new Shards();
	shards.start(0, ONE);
	shards.start(1, TWO);
	await shards.count(TWO);
	expect(shards.claims).toBe(1);
	shards.now += 2 * HOUR_MS - MINUTE_MS;
	await shards.count(TWO, OTHER);
	expect(shards.claims).toBe(2);
	shards.now += MINUTE_MS;
	await shards.count(TWO, THIRD);
	expect(shards.claims).toBe(2);
	shards.start(1, TWO);
	await shards.count(TWO, FOURTH);
	expect(shards.claims).toBe(2);
	expect(shards.rows(1, "peers")).toBe(1);
});

test("an answer does not vouch for a change that came while it travelled", async () => {
	const three = configuration(3, [1, 2, 3], 2);
	const shards = new Shards();
	shards.start(0, TWO);
	shards.start(1, TWO);
	shards.now += 90 * HOUR_MS;
	// Shard2 tells shard1 of three shards before shard0's answer is there.
	shards.onClaim = async () => shards.claimFrom(1, 2, three);
	await shards.count(TWO);
	shards.onClaim = async () => {};
	const asked = shards.claims;
	await shards.count(three, OTHER);
	expect(shards.claims).toBe(asked + 1);
});

test("a key counts once within its window, though that is shorter since a deploy", async () => {
	const [long, short] = [
		configuration(1, [], 0, 24 * HOUR_MS),
		configuration(1, [], 0, HOUR_MS),
	];
	const shards = new Shards();
	shards.start(0, long);
	shards.now += 10 * HOUR_MS;
	expect(await shards.count(long)).toBe("new");
	shards.now += MINUTE_MS;
	shards.start(0, short);
	expect(await shards.count(short)).toBe("repeated");
});

test("a key counts once within its window, though that was shorter for a request", async () => {
	const [long, short] = [
		configuration(1, [], 0, 24 * HOUR_MS),
		configuration(1, [], 0, 15 * MINUTE_MS),
	];
	const shards = new Shards();
	shards.start(0, long);
	shards.now += HOUR_MS;
	expect(await shards.count(long)).toBe("new");
	shards.now += 10 * MINUTE_MS;
	shards.start(0, short);
	expect(await shards.count(short, OTHER)).toBe("new");
	shards.start(0, long);
	expect(await shards.count(long)).toBe("repeated");
	// Both tables come to their end all the same.
	for (let days = 0; days < 4; days++) {
		shards.now += 25 * HOUR_MS;
		expect(await shards.count(long, `day${days}`)).toBe("new");
	}
	expect(shards.keys(0).length).toBeLessThan(4);
});

test("a claim refuses no request that begins after it", async () => {
	const shards = new Shards();
	shards.start(0, ONE);
	shards.start(1, TWO);
	await shards.count(TWO, OTHER);
	let isSlow = true;
	let release = () => {};
	shards.onClaim = () =>
		isSlow
			? new Promise<void>((resolve) => {
					release = resolve;
				})
			: Promise.resolve();
	const first = shards.count(TWO);
	await new Promise((resolve) => setImmediate(resolve));
	const goOn = release;
	isSlow = false;
	shards.claimFrom(1, 0, ONE, KEY);
	// It begins while the one before is still under way.
	const second = shards.count(TWO);
	goOn();
	expect(await second).toBe("new");
	expect(await first).toBe("repeated");
});

test("a key is refused that is counted by a clock from before its request", async () => {
	const shards = new Shards();
	shards.start(0, ONE);
	shards.registersMs = -HOUR_MS;
	expect(await shards.count(ONE)).toBe("idempotency-key-unsettled");
	expect(await shards.count(ONE)).toBe("new");
});

/** Makes a shard's table of shardings, on a new disk. */
function keysDisk() {
	const storage = new Storage(() => {});
	const database = storage.database(() => true);
	migrate(database, "idempotency", KEYS_SCHEMA);
	return { storage, database, shardings: new Shardings(database, HOUR_MS) };
}

test("of two latest counts a shard must have known both before it is trusted", () => {
	const { shardings } = keysDisk();
	const [one, two, three] = [
		{ shardCount: 1, reshardings: 0 },
		{ shardCount: 2, reshardings: 1 },
		{ shardCount: 3, reshardings: 1 },
	];
	shardings.note([one, two, three], 0);
	const asked = () => shardings.homes((count) => 10 + count, 0);
	for (const known of [
		[one, two],
		[one, three],
	]) {
		shardings.heard(11, { shardings: known, latestForMs: 9 * HOUR_MS }, 0);
		expect(asked()).toContain(11);
	}
	shardings.heard(
		11,
		{ shardings: [one, two, three], latestForMs: 9 * HOUR_MS },
		0,
	);
	expect(asked()).not.toContain(11);
	expect(asked()).toEqual(expect.arrayContaining([12, 13]));
});

/** Homes for {@link Shardings.homes}: among `n` shards, shard `10 + n`. */
const tenMore = (count: number) => 10 + count;

test("who knew the latest count is asked again once there is a later one, not for an earlier one", () => {
	const { database, shardings } = keysDisk();
	const known = [
		{ shardCount: 1, reshardings: 0 },
		{ shardCount: 2, reshardings: 1 },
	];
	shardings.note(known, 0);
	shardings.heard(11, { shardings: known, latestForMs: 9 * HOUR_MS }, 0);
	shardings.note([{ shardCount: 4, reshardings: -1 }], 0);
	expect(shardings.homes(tenMore, 0)).not.toContain(11);
	shardings.note([{ shardCount: 3, reshardings: 2 }], 0);
	for (const one of [shardings, new Shardings(database, HOUR_MS)])
		expect(one.homes(tenMore, 0)).toContain(11);
});

test("what a shard says of itself costs a row, and no other within a minute of it", () => {
	const { storage, shardings } = keysDisk();
	const known = [{ shardCount: 2, reshardings: 1 }];
	shardings.note(known, 0);
	const before = storage.rowsWritten;
	const hears = (latestForMs: number) => {
		shardings.heard(11, { shardings: known, latestForMs }, 2 * HOUR_MS);
		return storage.rowsWritten - before;
	};
	expect(
		[HOUR_MS, HOUR_MS, HOUR_MS + MINUTE_MS, HOUR_MS - MINUTE_MS].map(hears),
	).toEqual([1, 1, 1, 1]);
	expect(hears(HOUR_MS - MINUTE_MS - 1)).toBe(2);
});

test("a claim refuses all requests of its key that are under way, though one has ended", async () => {
	const shards = new Shards();
	shards.start(0, ONE);
	shards.start(1, TWO);
	const answers: (() => void)[] = [];
	shards.onClaim = () =>
		new Promise((resolve) => answers.push(() => resolve(0)));
	const turn = () => new Promise((resolve) => setImmediate(resolve));
	const refused = shards.count(TWO, KEY, REFUSED);
	const counted = shards.count(TWO, KEY, "a");
	await turn();
	answers[0]?.();
	expect(await refused).toBe("too-many-counters");
	shards.claimFrom(1, 0, ONE, KEY);
	answers[1]?.();
	expect(await counted).toBe("idempotency-key-unsettled");
	expect(shards.waiting(1)).toMatchObject({ requests: 0, keys: 0 });
});

test("a key costs one row, and what tells of it stays while nothing expires", async () => {
	const shards = new Shards();
	shards.start(0, ONE);
	const cost = async (key: string) => {
		const before = shards.rowsWritten(0);
		expect(await shards.count(ONE, key)).toBe("new");
		return shards.rowsWritten(0) - before;
	};
	// Its name is known afterwards.
	await cost("first");
	expect(shards.waiting(0)).toMatchObject({ keys: 0 });
	// With the row of the journal.
	expect(await cost("second")).toBe(2);
	shards.now += HOUR_MS;
	expect(await cost("third")).toBe(2);
});

test("what was counted before a deploy is forgotten when it would have been, though the window is longer", async () => {
	const [short, long] = [
		configuration(1, [], 0, 15 * MINUTE_MS),
		configuration(1, [], 0, HOUR_MS),
	];
	const shards = new Shards();
	shards.start(0, short);
	expect(await shards.count(short, "first")).toBe("new");
	shards.now += 20 * MINUTE_MS;
	expect(await shards.count(short, "second")).toBe("new");
	shards.start(0, long);
	expect(await shards.count(long, "third")).toBe("new");
	expect(shards.keys(0)).toEqual(["first", "second", "third"]);
	shards.now += 20 * MINUTE_MS;
	expect(await shards.count(long, "fourth")).toBe("new");
	expect(shards.keys(0)).toEqual(["fourth", "second", "third"]);
});
