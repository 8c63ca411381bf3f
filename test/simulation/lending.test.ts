import { beforeEach, expect, test } from "vitest";
import type {
	Ask,
	TotalBounds,
} from "../../templates/runtime/bounds/contract.ts";
import { totalBounds } from "../../templates/runtime/bounds/feature.ts";
import { boundsOff } from "../../templates/runtime/bounds/off.ts";
import { periodBounds } from "../../templates/runtime/bounds/period-feature.ts";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import type { CounterSettings } from "../../templates/runtime/settings.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import { Place } from "./lone-objects.ts";

/** A global object and shards that call one another, without any trouble. */
class Namespace {
	readonly places: Place[];
	readonly globalPlace = new Place();
	shards: ShardRole[] = [];
	global!: GlobalRole;
	/** Shards that do not answer. */
	readonly silent = new Set<number>();
	/** Calls between objects, by method. */
	readonly calls: string[] = [];
	/** Recalls of a shard wait for this. */
	readonly held = new Map<number, Promise<void>>();
	/** Commits of a shard wait for this. */
	readonly slow = new Map<number, Promise<void>>();
	/** Shards that get no answer to what they ask for or send. */
	readonly deaf = new Set<number>();

	constructor(shards: number, bounds: TotalBounds) {
		this.places = Array.from({ length: shards }, () => new Place());
		this.start(bounds);
	}

	/** Starts all objects on their disks. */
	start(
		bounds: TotalBounds,
		change: Partial<CounterSettings> = {},
		roles: { shards?: TotalBounds } = {},
	): void {
		const settings = {
			shardCount: this.places.length,
			shardCounts: [this.places.length],
			incrementBounds: { min: -1_000_000, max: 1_000_000 },
			...change,
		};
		for (const [n, place] of this.places.entries())
			if (place.random === 0.5) place.random = (n + 1) / 10;
		const shardAt = async <T>(
			n: number,
			method: string,
			call: (shard: ShardRole) => Promise<T> | T,
		): Promise<T> => {
			this.calls.push(`shard${n}.${method}`);
			if (this.silent.has(n)) throw new Error("no answer");
			return call(this.shards[n] as ShardRole);
		};
		this.global = this.globalPlace.global(
			{
				drain: (n, ...what) => shardAt(n, "drain", (one) => one.drain(...what)),
				recall: async (n, recall) => {
					await this.held.get(n);
					return shardAt(n, "recall", (one) =>
						one.recall(structuredClone(recall)),
					);
				},
				holdings: (n, ...which) =>
					shardAt(n, "holdings", (one) => one.holdings(...which)),
			},
			{ ...settings, totalBounds: bounds },
		);
		this.shards = this.places.map((place, n) =>
			place.shard(
				{
					commit: async () => this.slow.get(n),
					apply: async (batch) => {
						const applied = await this.global.apply(structuredClone(batch));
						if (this.deaf.has(n)) throw new Error("the answer was lost");
						return applied;
					},
					register: async (lists) => this.global.register(lists, n),
					lend: async (ask) => {
						this.calls.push("lend");
						const grants = await this.global.bounds.lend(structuredClone(ask));
						if (this.deaf.has(n)) throw new Error("the answer was lost");
						return grants;
					},
				},
				{ ...settings, totalBounds: roles.shards ?? bounds },
				n,
			),
		);
	}

	/** Counts; answers "ok" or the code of the problem. */
	async count(shard: number, ...entries: Entry[]): Promise<string> {
		const answer = await this.shards[shard]?.increment(entries);
		return answer && "problem" in answer ? answer.problem.code : "ok";
	}

	/** Counts one at a time until it is refused; answers how many there were. */
	async fill(name: string, by = 1): Promise<number> {
		for (let n = 0; ; n++) {
			const shard = n % this.shards.length;
			const answer = await this.count(shard, [name, by]);
			if (answer !== "ok") return n;
		}
	}

	/** Makes the ask that a shard sends of its disk. */
	ask(shard: number, ...list: Entry[]): Ask {
		const [row] =
			this.places[shard]?.storage.rows<{
				holder: number;
				floor: number;
			}>("SELECT holder, floor FROM lending") ?? [];
		return {
			shard,
			holder: row?.holder ?? 0,
			turn: row?.floor ?? 0,
			now: this.globalPlace.now,
			lists: [list],
			loans: [],
			wants: [],
		};
	}

	async exact(name: string): Promise<number | undefined> {
		const part = { from: name, to: name, limit: 1 };
		const answer = await this.global.exact(part);
		return "entries" in answer ? answer.entries[0]?.[1] : undefined;
	}
}

let space: Namespace;

beforeEach(() => {
	space = new Namespace(3, totalBounds({ max: 100 }));
});

test("exactly as many are counted as the bound allows", async () => {
	expect(await space.fill("seats")).toBe(100);
	expect(await space.exact("seats")).toBe(100);
	expect(await space.count(0, ["seats", 1])).toBe("limit-reached");
	expect(await space.count(1, ["seats", -2])).toBe("ok");
	expect(await space.count(2, ["seats", 3])).toBe("limit-reached");
	expect(await space.count(2, ["seats", 2])).toBe("ok");
	expect(await space.exact("seats")).toBe(100);
});

test("a shard that has a loan asks nobody, and one that counts much is lent more", async () => {
	space = new Namespace(2, totalBounds({ max: 1_000_000 }));
	for (let n = 0; n < 1_000; n++) await space.count(0, ["hits", 1]);
	expect(space.calls.filter((one) => one === "lend").length).toBeLessThan(20);
});

test("a shard that counts seldom borrows for several counts, too", async () => {
	space = new Namespace(1, totalBounds({ max: 1_000_000 }));
	for (let n = 0; n < 40; n++) {
		await space.count(0, ["hits", 1]);
		pass(20_000);
	}
	expect(space.calls.filter((one) => one === "lend").length).toBeLessThan(8);
});

test("a loan grows as it did where a request borrows something else", async () => {
	space = new Namespace(1, totalBounds({ max: 1_000_000 }));
	for (let n = 0; n < 200; n++) await space.count(0, ["hits", 1]);
	const lends = () => space.calls.filter((one) => one === "lend").length;
	await space.count(0, ["hits", 1], ["other", 1]);
	const before = lends();
	for (let n = 0; n < 2_000; n++) await space.count(0, ["hits", 1]);
	expect(lends() - before).toBeLessThan(4);
});

test("what a shard has left is called back for another", async () => {
	space = new Namespace(2, totalBounds({ max: 1_000 }));
	for (let n = 0; n < 10; n++) await space.count(0, ["seats", 10]);
	expect(await space.count(1, ["seats", 900])).toBe("ok");
	expect(await space.count(0, ["seats", 1])).toBe("limit-reached");
});

test("loans outlive restarts, of shards and of the global object", async () => {
	for (let n = 0; n < 20; n++) {
		await space.count(n % 3, ["seats", 2]);
		if (n % 5 === 0) space.start(totalBounds({ max: 100 }));
		if (n % 4 === 0) await space.shards[n % 3]?.drain();
	}
	expect(await space.fill("seats")).toBe(60);
	expect(await space.exact("seats")).toBe(100);
});

const hourly = periodBounds({ max: 100, per: "hour", timeZone: "UTC" });

/** Moves all clocks on. */
function pass(ms: number): void {
	for (const place of [...space.places, space.globalPlace]) place.now += ms;
}

test("bounds that become those of a period, or of the total, begin anew", async () => {
	expect(await space.fill("seats")).toBe(100);
	space.start(hourly);
	expect(await space.count(0, ["seats", 40])).toBe("ok");
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 40 });
	pass(3_600_000);
	expect(await space.count(1, ["seats", 90])).toBe("ok");
	space.start(totalBounds({ max: 300 }));
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 230 });
	expect(await space.count(1, ["seats", 71])).toBe("limit-reached");
	expect(await space.count(1, ["seats", 70])).toBe("ok");
	expect(await space.exact("seats")).toBe(300);
});

test.each(["reset", "hour"])(
	"a recall that ends after a new %s takes nothing of its loans",
	async (begun) => {
		if (begun === "hour") space = new Namespace(3, hourly);
		await space.count(1, ["seats", 50]);
		await space.count(2, ["seats", 1]);
		let release = () => {};
		space.held.set(
			2,
			new Promise((resolve) => {
				release = resolve;
			}),
		);
		const asking = space.count(0, ["seats", 60]);
		await new Promise((resolve) => setTimeout(resolve, 5));
		if (begun === "reset") await space.global.reset("seats");
		else pass(3_600_000);
		expect(await space.count(1, ["seats", 1])).toBe("ok");
		release();
		const counted = (await asking) === "ok" ? 61 : 1;
		expect(await space.global.bounds.limit("seats")).toMatchObject({
			used: counted,
		});
		expect(await space.count(2, ["seats", 100 - counted])).toBe("ok");
	},
);

test("a shard whose clock is behind begins no hour that was had", async () => {
	space = new Namespace(2, hourly);
	pass(3_600_000 - (space.globalPlace.now % 3_600_000) + 60_000);
	for (const place of space.places.slice(0, 1)) place.now -= 61_000;
	expect(await space.count(0, ["seats", 100])).toBe("ok");
	expect(await space.count(1, ["seats", 1])).toBe("quota-reached");
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 100 });
});

test("what was lent of a new hour comes back beside counts of the one before", async () => {
	space = new Namespace(2, hourly);
	await space.count(0, ["seats", 1]);
	pass(3_600_000);
	// The clock of the first shard is behind: its loan goes on.
	for (const place of space.places.slice(0, 1)) place.now -= 3_600_000;
	await space.count(1, ["seats", 1]);
	space.deaf.add(0);
	expect(await space.count(0, ["seats", 60])).toBe("global-unreachable");
	let commit = () => {};
	space.slow.set(
		0,
		new Promise((resolve) => {
			commit = resolve;
		}),
	);
	const counting = [space.count(0, ["seats", 1]), space.count(0, ["seats", 1])];
	const asking = space.count(1, ["seats", 99]);
	await new Promise((resolve) => setTimeout(resolve, 5));
	commit();
	expect(await Promise.all(counting)).toEqual(["ok", "ok"]);
	expect(await asking).toBe("ok");
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 100 });
	space.deaf.clear();
	space.start(hourly);
	expect(await space.count(1, ["seats", -50])).toBe("ok");
	expect(await space.count(0, ["seats", 50])).toBe("ok");
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 100 });
});

test("a shard whose clock is ahead ends no hour that still lasts", async () => {
	space = new Namespace(2, hourly);
	pass(3_600_000 - (space.globalPlace.now % 3_600_000) - 60_000);
	for (const place of space.places.slice(0, 1)) place.now += 61_000;
	expect(await space.count(1, ["seats", 100])).toBe("ok");
	expect(await space.count(0, ["seats", 1])).toBe("quota-reached");
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 100 });
});

test("a shard that does not answer, and may have something left, has nobody refused for good", async () => {
	space = new Namespace(2, totalBounds({ max: 1_000 }));
	for (let n = 0; n < 10; n++) await space.count(0, ["seats", 10]);
	space.silent.add(0);
	expect(await space.count(1, ["seats", 900])).toBe("limit-unsettled");
	space.silent.clear();
	expect(await space.count(1, ["seats", 900])).toBe("ok");
});

/** Has a shard ask while another's loan is on its way back; counts elsewhere meanwhile. */
async function whileRecalled(
	asking: readonly Entry[],
	meanwhile: readonly Entry[],
): Promise<string> {
	await space.count(0, ["a", 50]);
	let release = () => {};
	space.held.set(
		0,
		new Promise((resolve) => {
			release = resolve;
		}),
	);
	const answer = space.count(1, ...asking);
	await new Promise((resolve) => setTimeout(resolve, 5));
	expect(await space.count(2, ...meanwhile)).toBe("ok");
	release();
	return answer;
}

test("who waits for one counter finds what was lent of another meanwhile, and left", async () => {
	const asking: Entry[] = [
		["a", 45],
		["b", 90],
	];
	expect(await whileRecalled(asking, [["b", 5]])).toBe("ok");
});

test("who has a counter called back is not refused for what others keep in reserve", async () => {
	expect(await whileRecalled([["a", 45]], [["a", 1]])).toBe("ok");
});

test("a name takes room among maxCounters once something of it is granted", async () => {
	space.start(totalBounds({ max: 100 }), { maxCounters: 2 });
	expect(await space.count(0, ["a", 101])).toBe("limit-reached");
	expect(await space.count(1, ["b", 1], ["c", 101])).toBe("limit-reached");
	expect(await space.count(1, ["b", 1])).toBe("ok");
	expect(await space.count(1, ["c", 1], ["d", 1])).toBe("too-many-counters");
	expect(await space.count(2, ["e", 100])).toBe("ok");
	expect(await space.count(0, ["d", 1])).toBe("too-many-counters");
	expect(await space.count(0, ["b", 99])).toBe("ok");
	expect(await space.exact("c")).toBeUndefined();
	expect(space.global.health.own().counters).toBe(2);
	expect(space.globalPlace.rows("generations")).toBe(2);
});

test("requests that wait together share the room for names, and none is refused for one that was", async () => {
	space = new Namespace(1, totalBounds({ max: 100 }));
	space.start(totalBounds({ max: 100 }), { maxCounters: 2 });
	const all = await Promise.all([
		space.count(0, ["first", 1]),
		space.count(0, ["a", 101]),
		space.count(0, ["b", 1]),
		space.count(0, ["c", 1]),
		space.count(0, ["b", 2]),
	]);
	expect(all).toEqual(["ok", "limit-reached", "ok", "too-many-counters", "ok"]);
});

test("nothing more is lent to a disk that is known to be lost", async () => {
	await space.count(0, ["seats", 10]);
	const late = space.ask(0, ["seats", 5]);
	space.places[0] = new Place();
	space.places[0].random = 0.9;
	space.start(totalBounds({ max: 100 }), { maxCounters: 10 });
	const left = await space.fill("seats");
	await space.count(1, ["seats", -8]);
	expect((await space.global.bounds.lend(late)).grants).toEqual([]);
	expect(left).toBeGreaterThan(70);
	expect(await space.count(2, ["seats", 8])).toBe("ok");
});

test("a request of several counters is counted whole or not at all", async () => {
	await space.count(0, ["a", 99]);
	expect(await space.count(1, ["a", 2], ["b", 1])).toBe("limit-reached");
	expect(await space.exact("b")).toBeUndefined();
	expect(await space.count(1, ["a", 1], ["b", 1])).toBe("ok");
	expect([await space.exact("a"), await space.exact("b")]).toEqual([100, 1]);
});

test("stock goes down to its least, and no further", async () => {
	space = new Namespace(3, totalBounds({ min: 0 }));
	expect(await space.count(0, ["stock", -1])).toBe("limit-reached");
	await space.count(0, ["stock", 30]);
	expect(await space.fill("stock", -1)).toBe(30);
	expect(await space.exact("stock")).toBe(0);
});

test("a reset begins anew, and one that fails takes nothing", async () => {
	await space.fill("seats");
	space.silent.add(2);
	expect(await space.global.reset("seats")).toHaveProperty("problem");
	space.silent.clear();
	expect(await space.count(0, ["seats", 1])).toBe("limit-reached");
	await space.global.reset("seats");
	expect(await space.fill("seats")).toBe(100);
	await space.global.reset();
	expect(await space.fill("seats")).toBe(100);
});

test("a counter's own bounds hold once they are there, and until they are gone", async () => {
	await space.count(0, ["seats", 40]);
	const { bounds } = space.global;
	expect(await bounds.setLimit("seats", { max: 50 })).toEqual({
		max: 50,
		used: 40,
		own: true,
	});
	expect(await space.fill("seats")).toBe(10);
	await bounds.setLimit("seats", { max: 20 });
	expect(await space.count(0, ["seats", -29])).toBe("ok");
	expect(await space.count(1, ["seats", 1])).toBe("limit-reached");
	expect(await space.count(1, ["seats", -1])).toBe("ok");
	expect(await space.fill("seats")).toBe(0);
	await bounds.dropLimit("seats");
	expect(await bounds.limit("seats")).toMatchObject({ max: 100, own: false });
});

test("a counter that is past its bound comes nearer to it, and not away again", async () => {
	await space.count(0, ["seats", 80]);
	await space.global.bounds.setLimit("seats", { max: 50 });
	expect(await space.count(1, ["seats", -20])).toBe("ok");
	expect(await space.count(1, ["seats", 1])).toBe("limit-reached");
	expect(await space.count(1, ["seats", -30])).toBe("ok");
	expect(await space.fill("seats")).toBe(20);
});

test("bounds begin once all that was counted without them is known", async () => {
	space = new Namespace(3, boundsOff);
	for (const n of [0, 1, 2]) await space.count(n, ["seats", 30]);
	space.start(totalBounds({ max: 100 }));
	expect(await space.fill("seats")).toBe(10);
	space.start(boundsOff);
	expect(await space.count(1, ["seats", 5])).toBe("ok");
	space.start(totalBounds({ max: 106 }));
	expect(await space.fill("seats")).toBe(1);
});

test("what a shard asked for before it was drained is lent to nobody", async () => {
	space = new Namespace(3, boundsOff);
	await space.count(0, ["seats", 30]);
	space.start(totalBounds({ max: 100 }));
	const late = { ...space.ask(0, ["seats", 5]), unmarked: true } as const;
	for (const place of space.places) place.random /= 2;
	space.start(totalBounds({ max: 100 }));
	await space.global.bounds.lend(late);
	expect(await space.fill("seats")).toBe(70);
});

test("bounds begin anew once code without them has sent a batch that was in the totals", async () => {
	await space.count(0, ["seats", 3]);
	space.deaf.add(0);
	await expect(space.shards[0]?.drain()).rejects.toThrow("lost");
	space.deaf.clear();
	space.start(totalBounds({ max: 100 }), {}, { shards: boundsOff });
	await space.shards[0]?.drain();
	for (const place of space.places) place.random /= 2;
	for (let starts = 0; starts < 2; starts++)
		space.start(totalBounds({ max: 100 }));
	expect(await space.global.bounds.limit("seats")).toMatchObject({ used: 3 });
	expect(await space.fill("seats")).toBe(97);
});

test("code without bounds counts nothing beside code that has them", async () => {
	await space.count(0, ["seats", 1]);
	space.start(totalBounds({ max: 100 }), {}, { shards: boundsOff });
	expect(await space.count(0, ["seats", 1])).toBe("global-unreachable");
});

test("each period begins with nothing", async () => {
	const bounds = periodBounds({ max: 10, per: "hour", timeZone: "UTC" });
	space = new Namespace(2, bounds);
	expect(await space.fill("calls")).toBe(10);
	expect(await space.count(0, ["calls", 1])).toBe("quota-reached");
	for (const place of [...space.places, space.globalPlace])
		place.now += 3_600_000;
	expect(await space.fill("calls")).toBe(10);
	expect(await space.exact("calls")).toBe(20);
	expect(await space.global.bounds.limit("calls")).toMatchObject({
		used: 10,
		per: "hour",
	});
});
