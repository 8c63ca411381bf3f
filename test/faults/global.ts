import { Load } from "./load.ts";
import { metric } from "./metrics.ts";
import { observed } from "./observed.ts";
import { Observer } from "./observer.ts";
import type { Fault, Scene } from "./scene.ts";
import type { Faults } from "./server.ts";
import { holdingsOf, totalOf } from "./totals.ts";

/** The global object throws when a shard flushes to it. */
export const flushesFail: Fault = {
	kind: "global",
	name: "the global object takes no flush",
	async run(scene) {
		await run(scene, "flushes", async ({ exact, shards, added }) => {
			for (const observer of [exact, shards, added])
				scene.check(
					[...observer.answers.keys()].join() === "200",
					`what needs no flush failed: ${observer}`,
				);
			for (const name of ["flush_failures_in_row", "pending_requests"])
				await metric(scene, `counter_gen_${name}`, "meanwhile", (n) => n > 0);
		});
	},
};

/** The global object throws whatever it is asked. */
export const globalFails: Fault = {
	kind: "global",
	name: "the global object fails altogether",
	async run(scene) {
		await run(scene, "everything", async ({ exact, shards, added }) => {
			for (const observer of [exact, shards])
				scene.check(
					[...observer.answers.keys()].join() === "503 global-unreachable",
					`a read did not say that the global object fails: ${observer}`,
				);
			scene.check(
				[...added.answers.keys()].join() === "503 global-unreachable",
				`a new name was not refused by name: ${added}`,
			);
			// Before the scrape, which says so too.
			await scene.logged("warn", "global-unreachable", "global", "error");
			await metric(scene, "counter_gen_up", "meanwhile", (n) => n === 0);
		});
	},
};

type Seen = Awaited<ReturnType<typeof observed>> & { added: Observer };

async function run(
	scene: Scene,
	fails: NonNullable<Faults["global"]>,
	judge: (seen: Seen) => Promise<void>,
): Promise<void> {
	const { server, facts } = scene;
	const load = new Load(server, "", {
		concurrency: 16,
		rate: 200,
		requests: 100,
	});
	load.start();
	// Every shard knows the names that the load counts.
	await scene.until("flushed by both shards before the fault", async () => {
		const { body } = await server.ask("/global/writes");
		const shards = new Set(
			(body as { shardName: string }[]).map(({ shardName }) => shardName),
		);
		return shards.has("shard0") && shards.has("shard1");
	});
	await scene.fail({ global: fails });
	const before = load.acknowledged;
	const holdings: number[] = [];
	let names = 0;
	const added = new Observer(server, () => `/increment/new-${names++}`, {
		method: "POST",
	});
	const seen = await observed(scene, load, async ({ shards, shard }) => {
		for (let part = 0; part < 4; part++) {
			await scene.last(1 / 4);
			// All of them can be asked as long as the global object answers.
			const held = () =>
				holdingsOf(fails === "flushes" ? shards.last : shard.last);
			const before = holdings.at(-1) ?? 0;
			await scene.until("held more by shards", () => held() > before);
			holdings.push(held());
		}
	});
	await added.stop();
	scene.saw("new name", added);
	facts.set("counted meanwhile", load.acknowledged - before);
	facts.set("held at the end", holdings.at(-1) ?? 0);
	scene.check(load.acknowledged > before, "nothing was counted meanwhile");
	await judge({ ...seen, added });
	for (const shard of ["shard0", "shard1"])
		await scene.logged("warn", "flush-failed", shard, "error");

	await scene.fail({});
	const mended = Date.now();
	await load.stop();
	scene.check(
		load.failures.size === 0,
		`increments failed: ${JSON.stringify([...load.failures])}`,
	);
	// Nobody asks for it: the alarms of the shards flush, that of the global
	// object publishes.
	for (const read of ["exact", "global", "kv"] as const) {
		const wrong = await load.verify(read);
		scene.check(wrong === undefined, `${read} is wrong afterwards: ${wrong}`);
	}
	facts.set("seconds until right again", (Date.now() - mended) / 1000);
	const { body } = await server.ask("/global/shards");
	const left = JSON.stringify(body);
	scene.check(left === "[{},{}]", `shards hold ${left}`);
	for (const shard of ["shard0", "shard1"])
		await scene.logged("info", "flush-recovered", shard, "failures");
	for (const name of ["flush_failures_in_row", "pending_requests"])
		await metric(scene, `counter_gen_${name}`, "afterwards", (n) => n === 0);
	await metric(scene, "counter_gen_up", "afterwards", (n) => n === 1);
	// Nothing that was refused was counted.
	const counted = added.answers.get("200") ?? 0;
	const { body: totals } = await server.ask("/counters?read=exact");
	const found = Object.keys(totals as object).filter((name) =>
		name.startsWith("new-"),
	);
	scene.check(
		found.length === counted,
		`${counted} new names were counted, and ${found.length} are there`,
	);
	scene.check(totalOf(totals) > 0, "the exact totals are empty");
}
