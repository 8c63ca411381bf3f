import { expect, test } from "vitest";
import { staticsOf } from "../../../cli/generator/statics.ts";
import { toTypeScript } from "../../../cli/generator/typescript.ts";
import { RouteSettings } from "../../../templates/runtime/http/namespace.ts";
import {
	CounterSettings,
	REQUIRED,
} from "../../../templates/runtime/settings.ts";
import { loadContent } from "../../support/config.ts";

const defaults = { ...new CounterSettings(), ...new RouteSettings() };

/** The statics of the only namespace of a file, without comments and `as const`. */
async function statics(namespace: object): Promise<Map<string, string>> {
	const config = await loadContent(
		JSON.stringify({ version: 1, namespaces: { votes: namespace } }),
	);
	const [votes] = config.namespaces;
	if (!votes) throw new Error("there is no namespace");
	const history = {
		...votes,
		shardCounts: [1, 2],
		reshardings: 1,
		earlierKvPrefixes: ["old"],
	};
	return new Map(
		staticsOf(votes, config, history).map(({ name, code }) => [
			name,
			code.replace(/ as const$/, ""),
		]),
	);
}

test("a class sets what the runtime knows, all of it", async () => {
	const everything = {
		methods: ["GET", "POST"],
		bots: "ignore",
		rateLimit: { limit: 1, period: 10 },
		live: true,
		top: 10,
		history: { day: "400d" },
		total: { max: 5 },
		location: "weur",
		jurisdiction: "eu",
	};
	expect([...(await statics(everything)).keys()].sort()).toEqual(
		[...REQUIRED, ...Object.keys(defaults)].sort(),
	);
});

test("the runtime's defaults are the schema's, in the same units", async () => {
	const past = ["earlierKvPrefixes", "shardCounts", "reshardings"];
	for (const [name, code] of await statics({})) {
		if (!(name in defaults) || past.includes(name)) continue;
		const value = defaults[name as keyof typeof defaults];
		if (typeof value === "object" && "open" in value) continue;
		expect({ [name]: code }).toEqual({ [name]: toTypeScript(value) });
	}
});

test("bounds bring a calendar only where they are of a period", async () => {
	const composed = async (total: object) =>
		(await statics({ total, timeZone: "Europe/Kyiv" })).get("totalBounds");
	expect(await composed({ min: 0, max: 5 })).toBe(
		"totalBounds({ min: 0, max: 5 })",
	);
	expect(await composed({ max: 5, per: "month" })).toBe(
		'periodBounds({ max: 5, per: "month", timeZone: "Europe/Kyiv" })',
	);
});

test("features are off unless they are composed in", () => {
	expect(defaults.idempotency.windowMs).toBe(0);
	expect(defaults.writeLog.events).toBe(0);
	expect(defaults.live.objects).toBe(0);
	expect(defaults.top.counters).toBe(0);
	expect(defaults.history.kept).toEqual({});
	expect(defaults.totalBounds.limits).toBeUndefined();
	expect(defaults.rateLimit).toBeUndefined();
});
