import { Load } from "./load.ts";
import { metric } from "./metrics.ts";
import { observed } from "./observed.ts";
import type { Fault } from "./scene.ts";
import { totalOf } from "./totals.ts";

/** KV answers 500 for a while, then not at all, then 500 again. */
export const kvFails: Fault = {
	kind: "kv",
	name: "KV fails and hangs",
	async run(scene) {
		const { server, facts } = scene;
		const load = new Load(server, "", {
			concurrency: 16,
			rate: 200,
			requests: 100,
		});
		load.start();
		await scene.until("published before the fault", async () => {
			const { body } = await server.ask("/counters");
			return totalOf(body) > 0;
		});
		const before = load.acknowledged;
		const { global, exact, shards } = await observed(
			scene,
			load,
			async (asked) => {
				for (const fault of ["fails", "hangs", "fails"] as const) {
					await scene.fail({ kv: fault });
					await scene.last(1 / 3);
					if (fault === "hangs") continue;
					// A call that hangs may do so for longer than all of this lasts.
					await scene.logged("warn", "publish-failed", "global", "error");
					await scene.until("told by a read that KV fails", () =>
						asked.kv.answers.has("503 kv-unavailable"),
					);
				}
			},
		);
		facts.set("counted meanwhile", load.acknowledged - before);
		scene.check(load.acknowledged > before, "nothing was counted meanwhile");
		for (const observer of [global, exact, shards])
			scene.check(
				[...observer.answers.keys()].join() === "200",
				`a read that needs no KV failed: ${observer}`,
			);
		for (const name of ["failures_in_row", "lag_seconds"])
			await metric(scene, `counter_gen_kv_${name}`, "meanwhile", (n) => n > 0);

		await scene.fail({});
		await load.stop();
		scene.check(
			load.failures.size === 0,
			`increments failed: ${JSON.stringify([...load.failures])}`,
		);
		// Nobody asks for it: the alarm publishes.
		const wrong = await load.verify("kv");
		scene.check(wrong === undefined, `KV is not right afterwards: ${wrong}`);
		await scene.logged("info", "publish-recovered", "global", "failures");
		for (const name of ["failures_in_row", "lag_seconds"])
			await metric(
				scene,
				`counter_gen_kv_${name}`,
				"afterwards",
				(n) => n === 0,
			);
	},
};
