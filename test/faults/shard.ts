import { setTimeout as wait } from "node:timers/promises";
import { Load } from "./load.ts";
import { samples } from "./metrics.ts";
import { observed } from "./observed.ts";
import { Observer } from "./observer.ts";
import type { Fault } from "./scene.ts";
import { holdingsOf } from "./totals.ts";

/** More than may wait at a shard: see templates/runtime/shard/role.ts. */
const FLOOD_REQUESTS = 15_000;

/** Words of the refusal. */
const FULL = "Nothing was counted; try again in a second";

/**
 * Nothing that one shard writes becomes durable, and more increments come than
 * may wait for that.
 */
export const shardOverloaded: Fault = {
	kind: "shard",
	name: "a shard is overloaded",
	async run(scene) {
		const { server, facts } = scene;
		const pace = { concurrency: 16, rate: 200, requests: 100 };
		const hot = new Load(server, "", pace);
		const calm = new Load(server, "/calm", pace);
		// As many at once as may wait are no harm: one commit takes them all.
		await hot.run();
		await hot.flood(FLOOD_REQUESTS / 2);
		facts.set("counted at once", hot.acknowledged);
		scene.check(hot.failures.size === 0, "some were refused before the fault");
		calm.start();

		await scene.fail({ stalled: "METRICS_DO" });
		// A commit that is under way holds no place; it must not take the flood up.
		const first = hot.flood(1);
		await scene.until("held up in a commit", async () => {
			const { body } = await server.ask("/-/faults");
			return (body as { stalled: number }).stalled > 0;
		});
		await wait(200);
		const flood = hot.flood(FLOOD_REQUESTS);
		await scene.until("full", async () => {
			const probe = { probe: 1 };
			const { code } = await server.ask("/increments", "POST", probe, 1_000);
			return code === "shard-full";
		});
		const before = { hot: hot.acknowledged, calm: calm.acknowledged };
		hot.start();
		const increments = new Observer(server, () => "/increment/probe", {
			method: "POST",
		});
		await observed(scene, hot, () => scene.last(1));
		await increments.stop();
		scene.saw("increment", increments);
		scene.check(
			[...increments.answers.keys()].every((one) =>
				["200", "503 shard-full"].includes(one),
			),
			`increments were refused otherwise: ${increments}`,
		);
		for (const [name, load] of Object.entries({ hot, calm })) {
			const counted = load.acknowledged - before[name as "hot" | "calm"];
			facts.set(`${name}, counted meanwhile`, counted);
			scene.check(counted > 0, `nothing was counted meanwhile: ${name}`);
		}
		await scene.logged("warn", "shard-full", "shard0", "waiting");

		await scene.fail({});
		await Promise.all([first, flood]);
		await hot.stop();
		await calm.stop();
		const reasons = [...hot.failures];
		const isFull = (why: string) => why === "shard-full" || why.includes(FULL);
		const refused = reasons
			.filter(([why]) => isFull(why))
			.reduce((sum, [, times]) => sum + times, 0);
		facts.set("refused", refused);
		scene.check(refused > 0, "nothing was refused");
		const others = [
			...reasons.filter(([why]) => !isFull(why)),
			...calm.failures,
		];
		scene.check(
			others.length === 0,
			`increments failed otherwise: ${JSON.stringify(others)}`,
		);
		for (const load of [hot, calm]) {
			const wrong = await load.verify("global");
			scene.check(wrong === undefined, `a total is wrong: ${wrong}`);
		}
		const { body } = await server.ask("/global/shards");
		scene.check(holdingsOf(body) === 0, `shards hold ${JSON.stringify(body)}`);
		// The flood goes to the shard itself; what came by HTTP is told of.
		await scene.until("told by the metrics what was refused", async () => {
			const name = "counter_gen_refused_requests_total";
			const refused =
				(await samples(server, name)).get('code="shard-full"') ?? 0;
			facts.set(`${name} afterwards`, refused);
			return refused > 0;
		});
	},
};
