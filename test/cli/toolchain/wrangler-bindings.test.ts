import { describe, expect, test } from "vitest";
import { toCapnp } from "../../../cli/toolchain/workerd.ts";
import {
	notInWorkerd,
	ownSecrets,
	variablesOf,
} from "../../../cli/toolchain/wrangler-bindings.ts";
import { loadContent } from "../../support/config.ts";

describe("serve", () => {
	test("takes variables along: texts as they are, others as JSON", () => {
		const vars = { GREETING: "hello", MAX: 3, LIMITS: { a: [true] } };
		expect(variablesOf({ wrangler: { vars } })).toEqual([
			{ name: "GREETING", kind: "text", value: "hello" },
			{ name: "MAX", kind: "json", value: "3" },
			{ name: "LIMITS", kind: "json", value: '{"a":[true]}' },
		]);
		expect(variablesOf({ wrangler: {} })).toEqual([]);
	});

	test("names what plain workerd lacks", () => {
		const all = {
			vars: { GREETING: "hello" },
			secrets: { required: ["STRIPE_KEY"] },
			ratelimits: [
				{ name: "LOGIN", namespace_id: "1", simple: { limit: 1, period: 10 } },
			],
			routes: ["example.com/*"],
		};
		expect(notInWorkerd({ wrangler: all, namespaces: [] })).toBe(undefined);
		expect(ownSecrets({ wrangler: all })).toEqual(["STRIPE_KEY"]);
		const more = {
			...all,
			d1_databases: [{ binding: "DB" }],
			queues: {
				producers: [{ binding: "JOBS", queue: "jobs" }],
				consumers: [{ queue: "jobs" }],
			},
			durable_objects: { bindings: [{ name: "ROOMS", class_name: "Room" }] },
			ai: { binding: "AI" },
			triggers: { crons: ["0 3 * * *"] },
			assets: { directory: "../public" },
		};
		expect(notInWorkerd({ wrangler: more, namespaces: [] })).toMatchObject({
			code: "not-in-workerd",
			what: "plain workerd has no `env.DB` (d1_databases), `env.JOBS` (queues), `env.ROOMS` (durable_objects), `env.AI` (ai), crons, consumers of queues, static assets",
		});
	});

	test("names the queue of a namespace, too", async () => {
		const config = await loadContent(
			"version: 1\nnamespaces: { a: { queue: clicks } }\n",
		);
		expect(notInWorkerd(config)).toMatchObject({
			what: "plain workerd has no consumers of queues",
		});
	});
});

test("a text in workerd's configuration has no escapes that only JSON knows", () => {
	expect(toCapnp('a"b\\u0001\u0001\n\u001f é😀')).toBe(
		String.raw`"a\"b\\u0001\x01\n\x1f é😀"`,
	);
});
