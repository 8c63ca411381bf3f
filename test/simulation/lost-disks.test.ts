import { expect, test } from "vitest";
import type { GlobalRole } from "../../templates/runtime/global/role.ts";
import type { Host } from "../../templates/runtime/object/host.ts";
import type { Batch, Totals } from "../../templates/runtime/protocol.ts";
import type { ShardRole } from "../../templates/runtime/shard/role.ts";
import { settled } from "./lone-global.ts";
import { Place } from "./lone-objects.ts";
import { Random } from "./random.ts";

const SETTINGS = {
	shardCount: 2,
	shardCounts: [3, 2],
	shardWriteToGlobalAfter: 60_000,
};

/** A global object and shards, each on a disk that it may lose. */
class Objects {
	now = 1_000_000;
	/** Every batch that was ever sent. */
	readonly sent: Batch[] = [];
	readonly events: string[] = [];
	readonly #random = new Random(1);
	/** One clock for all, and one log. */
	readonly #host: Pick<Host, "now" | "random" | "log"> = {
		now: () => this.now,
		random: () => this.#random.next(),
		log: (_, event) => this.events.push(event),
	};
	#global: GlobalRole;
	readonly #shards: ShardRole[] = [];
	readonly #places: Place[] = [];

	constructor() {
		this.#global = this.startGlobal();
		for (const shard of [0, 1, 2]) this.startShard(shard);
	}

	get global(): GlobalRole {
		return this.#global;
	}

	shard(index: number): ShardRole {
		const role = this.#shards[index];
		if (!role) throw new Error(`there is no shard${index}`);
		return role;
	}

	/** Starts it with an empty disk. */
	startGlobal(): GlobalRole {
		this.#global = new Place().global(
			{
				...this.#host,
				drain: async (shard, forget) => this.shard(shard).drain(forget),
				holdings: async (shard, ...which) =>
					this.shard(shard).holdings(...which),
				health: async (shard) => this.shard(shard).health(),
			},
			SETTINGS,
		);
		return this.#global;
	}

	/** Starts one with an empty disk. */
	startShard(index: number): void {
		this.#places[index] = new Place();
		this.restartShard(index);
	}

	/** Starts one with the disk that it had. */
	restartShard(index: number): void {
		const place = this.#places[index];
		if (!place) throw new Error(`shard${index} has no disk`);
		this.#shards[index] = place.shard(
			{
				...this.#host,
				apply: async (batch) => {
					this.sent.push(batch);
					return this.#global.apply(batch);
				},
				register: async (lists) => this.#global.register(lists, index),
			},
			SETTINGS,
			index,
		);
	}

	async exact(): Promise<Totals["entries"]> {
		const answer = await this.#global.exact({ from: "", limit: 100 });
		if ("problem" in answer) throw new Error(answer.problem.code);
		return answer.entries;
	}
}

test.each([
	["earlier", -3_600_000],
	["the same", 0],
])(
	"a shard that lost its disk counts on, though its clock says %s",
	async (_, step) => {
		const objects = new Objects();
		await objects.shard(0).increment([["a", 1]]);
		await objects.shard(0).drain();
		objects.now += step;
		objects.startShard(0);
		await objects.shard(0).increment([["a", 10]]);
		expect(await objects.exact()).toEqual([["a", 11]]);
		await objects.shard(0).drain();
		expect(objects.global.total("a").value).toBe(11);
		expect(await objects.exact()).toEqual([["a", 11]]);
		expect(objects.events).toContain("shard-started-over");
	},
);

test("what a shard sent before it lost its disk counts once, however late it comes", async () => {
	const objects = new Objects();
	await objects.shard(0).increment([["a", 1]]);
	await objects.shard(0).drain();
	objects.startShard(0);
	await objects.shard(0).increment([["a", 10]]);
	await objects.shard(0).drain();
	const [late] = objects.sent;
	if (!late) throw new Error("nothing was sent");
	objects.global.apply(late);
	// Of the storage that is lost, one that never arrived.
	objects.global.apply({ ...late, seq: 2, entries: [["a", 100]] });
	objects.global.apply({ ...late, seq: 2, entries: [["a", 100]] });
	await objects.shard(0).increment([["a", 1_000]]);
	await objects.shard(0).drain();
	expect(objects.global.total("a").value).toBe(1_111);
});

test("a global object that lost its disk finds what shards hold, retired ones too", async () => {
	const objects = new Objects();
	for (const shard of [0, 1, 2]) {
		await objects.shard(shard).increment([["a", 1]]);
		await objects.shard(shard).drain();
		await objects.shard(shard).increment([["a", 2]]);
		await objects.shard(shard).drain();
		await objects.shard(shard).increment([["a", 10 ** shard]]);
	}
	objects.startGlobal();
	expect(await objects.exact()).toEqual([["a", 111]]);
	expect(await objects.global.shards()).toEqual([
		[["a", 1]],
		[["a", 10]],
		[["a", 100]],
	]);
});

test("a global object that lost its disk resets what shards hold", async () => {
	const objects = new Objects();
	await objects.shard(1).increment([["a", 1]]);
	objects.startGlobal();
	expect(await objects.global.reset()).toBeUndefined();
	expect(await objects.exact()).toEqual([]);
	await objects.shard(1).increment([["a", 7]]);
	await objects.shard(1).drain();
	expect(await objects.exact()).toEqual([["a", 7]]);
});

test("what was reset after a global object lost its disk is not sent once more", async () => {
	const objects = new Objects();
	// A batch that is full is sent at once, and not noted as applied until later.
	for (let n = 0; n < 100; n++) await objects.shard(0).increment([["a", 1]]);
	await settled();
	expect(objects.global.total("a").value).toBe(100);
	objects.startGlobal();
	expect(await objects.global.reset()).toBeUndefined();
	objects.restartShard(0);
	await objects.shard(0).increment([["a", 7]]);
	expect(await objects.exact()).toEqual([["a", 7]]);
	await objects.shard(0).drain();
	expect(objects.global.total("a").value).toBe(7);
});

test("a batch from before a global object lost its disk holds up none after it", async () => {
	const objects = new Objects();
	for (const by of [1, 2, 4]) {
		await objects.shard(0).increment([["a", by]]);
		await objects.shard(0).drain();
	}
	const [late] = objects.sent;
	if (!late) throw new Error("nothing was sent");
	objects.startGlobal();
	objects.global.apply(late);
	await objects.shard(0).increment([["a", 8]]);
	expect(await objects.exact()).toEqual([["a", 9]]);
	await objects.shard(0).drain();
	expect(await objects.exact()).toEqual([["a", 9]]);
	expect(objects.global.total("a").value).toBe(9);
});
