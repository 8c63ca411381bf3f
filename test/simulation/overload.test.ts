import { expect, test } from "vitest";
import { ShardRole } from "../../templates/runtime/shard.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";
import { Storage } from "./storage.ts";

test("a shard refuses what it cannot hold instead of growing", async () => {
	const [profile] = PROFILES;
	if (!profile) throw new Error("there are no profiles");
	let commits: (() => void)[] = [];
	const shard = new ShardRole(
		0,
		new Configurations(new Random(1), profile).next(),
		new Storage(() => {}).database(() => true),
		{
			now: () => 1_000,
			random: () => 0.5,
			wait: () => new Promise(() => {}),
			setAlarm: () => {},
			warn: () => {},
			// A disk that is slow: nothing becomes durable until it is told to.
			commit: () => new Promise((resolve) => commits.push(resolve)),
			apply: ({ epoch, seq }) => Promise.resolve({ epoch, seq }),
			register: (lists) => Promise.resolve(lists.map(() => [])),
			claimAt: () => Promise.reject(new Error("there is no other shard")),
		},
	);
	const settled = () => new Promise((resolve) => setImmediate(resolve));
	const first = shard.increment([["a", 1]]);
	await settled();
	// One commit is under way; these wait for the next.
	const waiting = Array.from({ length: 10_000 }, () =>
		shard.increment([["a", 1]]),
	);
	await settled();
	expect(await shard.increment([["a", 1]])).toMatchObject({
		problem: { code: "shard-full", status: 503, retryAfter: 1 },
	});
	while (commits.length > 0) {
		const ready = commits;
		commits = [];
		for (const resolve of ready) resolve();
		await settled();
	}
	expect(await first).toEqual({ shard: 0, repeated: false });
	for (const answer of await Promise.all(waiting))
		expect(answer).toEqual({ shard: 0, repeated: false });
});
