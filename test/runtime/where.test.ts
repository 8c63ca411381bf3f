import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { documentedWorker } from "./documented.ts";
import { json } from "./support.ts";
import { Manual } from "./worker/index.ts";

/** Is to be in the EU, near its west. */
class European extends Manual {
	static override readonly jurisdiction = "eu";
	static override readonly location = "weur";
}

type Objects = typeof env.MANUAL_DO;

/** Objects as Cloudflare has them, and what was asked of them. */
function atCloudflare(refusal?: Error) {
	const asked: unknown[] = [];
	const objects = (jurisdiction?: string): Objects =>
		({
			jurisdiction(name: string) {
				if (refusal) throw refusal;
				return objects(name);
			},
			getByName(name: string, options?: object) {
				asked.push([jurisdiction, name, options]);
				return env.MANUAL_DO.getByName(`${name}`);
			},
		}) as unknown as Objects;
	return { asked, env: { ...env, MANUAL_DO: objects() } };
}

const WEST = { locationHint: "weur" };

describe("objects of a jurisdiction and a location", () => {
	it("are made there, whichever stub or route asks", async () => {
		const { asked, env } = atCloudflare();
		await European.shardStub(env, 0).increment("a");
		await European.globalStub(env).counters();
		const app = documentedWorker({ mounts: { "/": European } });
		const post = { method: "POST" };
		const request = new Request("http://test/increment/a", post);
		expect((await app.fetch(request, env)).status).toBe(200);
		expect(asked).toEqual([
			["eu", "shard0", WEST],
			["eu", "global", WEST],
			["eu", expect.stringMatching(/^shard[01]$/), WEST],
		]);
	});

	it("are anywhere without these", async () => {
		const { asked, env } = atCloudflare();
		await Manual.shardStub(env, 1).counters();
		expect(asked).toEqual([[undefined, "shard1", undefined]]);
	});

	it("are never made elsewhere because Cloudflare fails", async () => {
		const { asked, env } = atCloudflare(new Error("internal error"));
		const increment = European.shardStub(env, 0).increment("a");
		await expect(increment).rejects.toThrow("internal error");
		expect(asked).toEqual([]);
	});

	it("are on this machine where workerd is on its own", async () => {
		expect(() => env.MANUAL_DO.jurisdiction("eu")).toThrow(
			"not implemented in workerd",
		);
		const app = documentedWorker({ mounts: { "/": European } });
		const request = new Request("http://test/increment/local", {
			method: "POST",
		});
		const answer = await app.fetch(request, env);
		expect(await json(answer)).toMatchObject({ counter: "local", by: 1 });
	});
});
