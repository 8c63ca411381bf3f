import { expect, test } from "vitest";
import type { Refusal } from "../../templates/runtime/problem.ts";
import { globalWith, holding, SHARDS, settled } from "./lone-global.ts";

test("64 shards are asked at a time, each once, and told in their order", async () => {
	const asked: number[] = [];
	let ends: (() => void)[] = [];
	const global = globalWith({
		holdings: (shard) => {
			asked.push(shard);
			return new Promise((resolve) =>
				// The last that was asked answers first.
				ends.unshift(() => resolve(holding([["a", shard]]))),
			);
		},
	});
	const shards = global.shards();
	for (const count of [64, 128, 192, 200]) {
		await settled();
		expect(asked).toHaveLength(count);
		const ready = ends;
		ends = [];
		for (const end of ready) end();
	}
	expect(await shards).toEqual(SHARDS.map((shard) => [["a", shard]]));
	expect(asked).toEqual(SHARDS);
});

test("shards that hang take no more time together than one, and are named in order", async () => {
	let now = 1_000;
	const asked: number[] = [];
	const late: (() => void)[] = [];
	const global = globalWith({
		now: () => now,
		wait: (ms) =>
			new Promise((resolve) => {
				expect(ms).toBe(30_000);
				late.push(() => resolve());
			}),
		holdings: (shard) => {
			asked.push(shard);
			return new Promise(() => {});
		},
	});
	const exact = global.exact({ from: "", limit: 10 });
	await settled();
	now += 30_000;
	for (const ring of late) ring();
	expect(await exact).toMatchObject({
		problem: {
			code: "shard-unreachable",
			extra: { unreachable: SHARDS.map((shard) => `shard${shard}`) },
		},
	});
	expect(await exact).toHaveProperty("problem.extra.known", {});
	expect(asked).toHaveLength(64);
});

test("what waits goes on after a shard that hangs", async () => {
	let hangs = true;
	const late: (() => void)[] = [];
	const global = globalWith({
		wait: () => new Promise((resolve) => late.push(resolve)),
		holdings: (shard) =>
			shard === 7 && hangs
				? new Promise(() => {})
				: Promise.resolve(holding([["a", 1]])),
	});
	const first = global.exact({ from: "", limit: 10 });
	await settled();
	const next = global.exact({ from: "", limit: 10 });
	hangs = false;
	for (const ring of late) ring();
	expect(await first).toMatchObject({
		problem: { extra: { unreachable: ["shard7"], known: { a: 199 } } },
	});
	expect(await next).toMatchObject({ entries: [["a", 200]] });
});

test("any number of exact reads at once ask each shard twice at the most", async () => {
	const asked = new Map<number, number>();
	let held = 1;
	const global = globalWith({
		holdings: async (shard) => {
			asked.set(shard, (asked.get(shard) ?? 0) + 1);
			await settled();
			return holding([["a", held]]);
		},
	});
	const part = { from: "", limit: 10_000 };
	const first = Array.from({ length: 20 }, () => global.exact(part));
	await settled();
	held = 2;
	const late = Array.from({ length: 30 }, () => global.exact({ ...part }));
	for (const answer of await Promise.all(first))
		expect(answer).toMatchObject({ asOf: 1_000_000 });
	for (const answer of await Promise.all(late))
		expect(answer).toMatchObject({ entries: [["a", 400]] });
	expect(asked).toEqual(new Map(SHARDS.map((shard) => [shard, 2])));
});

test("exact reads of any names share a round, each with its own answer", async () => {
	const asked: unknown[] = [];
	const global = globalWith({
		holdings: async (shard, { names = [] } = { from: "" }) => {
			if (shard === 0) asked.push(names);
			await settled();
			return holding(names.map((name) => [name, name.length]));
		},
	});
	const read = (name: string) =>
		global.exact({ from: name, to: name, limit: 1 });
	const first = read("a");
	await settled();
	const names = Array.from({ length: 99 }, (_, n) => "b".repeat(1 + (n % 50)));
	const late = names.map(read);
	expect(await first).toMatchObject({ entries: [["a", 200]] });
	expect(await Promise.all(late)).toMatchObject(
		names.map((name) => ({ entries: [[name, 200 * name.length]] })),
	);
	expect(asked).toEqual([["a"], names.slice(0, 50)]);
});

test("an exact read of a name tells what is known of that one, and of no other", async () => {
	const global = globalWith({
		holdings: async (shard) => {
			if (shard === 7) throw new Error("gone");
			return holding([["a", 1]]);
		},
	});
	const answers = await Promise.all(
		["a", "b"].map((name) => global.exact({ from: name, to: name, limit: 1 })),
	);
	const extras = answers.map((answer) => (answer as Refusal).problem.extra);
	const unreachable = ["shard7"];
	expect(extras).toEqual([
		{ unreachable, known: { a: 199 } },
		{ unreachable, known: {} },
	]);
});

test("exact reads of names understand a shard of earlier code, which knows ranges only", async () => {
	const bounds: (number | undefined)[] = [];
	let isFull = false;
	const global = globalWith({
		holdings: async (shard, _, most) => {
			bounds.push(most);
			return isFull && shard === 7 && most !== undefined
				? { ...holding([]), omitted: 9_000 }
				: holding([
						["a", 1],
						["b", 10],
						["c", 100],
					]);
		},
	});
	const read = (...names: string[]) =>
		Promise.all(
			names.map((name) => global.exact({ from: name, to: name, limit: 1 })),
		);
	expect(await read("a", "c")).toMatchObject([
		{ entries: [["a", 200]] },
		{ entries: [["c", 20_000]] },
	]);
	// All that is on its way weighs 16 million characters at the most.
	expect(new Set(bounds)).toEqual(new Set([250_000]));
	isFull = true;
	expect(await read("a", "c")).toMatchObject([
		{ problem: { code: "shard-unreachable", extra: { known: { a: 199 } } } },
		{ problem: { extra: { unreachable: ["shard7"] } } },
	]);
	// For one name its range is as good as a list.
	expect(await read("a")).toMatchObject([{ entries: [["a", 200]] }]);
});

test("parts of exact reads and /global/shards are asked for in turn, and bounded", async () => {
	let open = 0;
	let most = 0;
	let hold = () => {};
	const gate = new Promise<void>((resolve) => {
		hold = resolve;
	});
	const global = globalWith({
		holdings: async () => {
			most = Math.max(most, ++open);
			await gate;
			open--;
			return holding([["a", 1]]);
		},
	});
	const under = global.exact({ from: "", limit: 1 });
	await settled();
	const parts = Array.from({ length: 15 }, (_, n) =>
		global.exact({ from: `${n}`, limit: 1 }),
	);
	const shards = [global.shards(), global.shards()];
	expect(await global.exact({ from: "more", limit: 1 })).toMatchObject({
		problem: { code: "busy", status: 503, retryAfter: 5 },
	});
	expect(await global.reset()).toMatchObject({ problem: { code: "busy" } });
	hold();
	for (const answer of await Promise.all([under, ...parts]))
		expect(answer).toMatchObject({ entries: [["a", 200]] });
	for (const answer of await Promise.all(shards))
		expect(answer).toHaveLength(200);
	expect(most).toBe(64);
});

test("a reset that comes while another drains drains again; all who wait share that", async () => {
	let drained = 0;
	const global = globalWith({
		drain: async () => {
			drained++;
			await settled();
			return true;
		},
	});
	const first = global.reset();
	await settled();
	const late = Array.from({ length: 30 }, () => global.reset());
	expect(await first).toBe(undefined);
	expect(await Promise.all(late)).toEqual(Array(30).fill(undefined));
	expect(drained).toBe(2 * SHARDS.length);
	const [one, other] = [global.reset("a"), global.reset("b")];
	await Promise.all([one, other]);
	expect(drained).toBe(4 * SHARDS.length);
});
