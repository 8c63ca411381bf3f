import { expect, it } from "vitest";
import { asAdmin, json, post } from "./support.ts";

interface Write {
	cmd: string;
	shardName?: string;
	counters: Record<string, number>;
}

it("answers the newest of its events, as many as it is asked for", async () => {
	for (const name of ["first", "second", "third"]) {
		await post(`/increment/${name}`);
		for (const shard of [0, 1]) await asAdmin(`/shard/${shard}/write`, "POST");
	}
	const all = await json<Write[]>(asAdmin("/global/writes"));
	const named = all.flatMap(({ cmd, counters }) =>
		cmd === "writeToGlobal" ? Object.keys(counters) : [],
	);
	expect(named).toEqual(["third", "second", "first"]);
	expect(all.length).toBeGreaterThanOrEqual(3);
	expect(await json(asAdmin("/global/writes?limit=1"))).toEqual([all[0]]);
	expect(await json(asAdmin("/global/writes?limit=2"))).toEqual(
		all.slice(0, 2),
	);
	expect(await json(asAdmin("/global/writes?limit=10000"))).toEqual(all);
});

it.each(["0", "10001", "-1", "1.5", "x", ""])(
	"refuses a limit of %j",
	async (limit) => {
		const refused = await asAdmin(`/global/writes?limit=${limit}`);
		expect([refused.status, await refused.json()]).toEqual([
			400,
			expect.objectContaining({
				type: "urn:problem-type:counter-gen:invalid-limit",
			}),
		]);
	},
);
