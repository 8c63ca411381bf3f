// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of the file
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import type * as z from "zod";
import { jsonSchema } from "../../../scripts/json-schema.ts";

const file = join(import.meta.dirname, "../../../counters.schema.json");
const good = join(import.meta.dirname, "good");

describe("counters.schema.json", () => {
	test("is what the code says; npm run schema writes it", () => {
		const expected = `${JSON.stringify(jsonSchema(), null, 2)}\n`;
		expect(readFileSync(file, "utf8")).toBe(expected);
	});

	const ajv = new Ajv({ strict: false, validateFormats: false });
	const accepts = ajv.compile(JSON.parse(readFileSync(file, "utf8")));

	test.for(readdirSync(good).filter((name) => name.endsWith(".yaml")))(
		"accepts %s, variables and all",
		(name) => {
			const value = parse(readFileSync(join(good, name), "utf8"));
			expect([accepts(value), accepts.errors]).toEqual([true, null]);
		},
	);

	test.for([
		{ version: 2 },
		{ namespaces: { "1st": {} } },
		{ namespaces: { a: { shardCount: 4097 } } },
		{ namespaces: { a: { shardCount: "4" } } },
		{ namespaces: { a: { shardcount: 4 } } },
		{ namespaces: { a: { globalWriteToKVAfter: 999 } } },
		{ namespaces: { a: { mount: "likes" } } },
		{ defaults: { class: "A" } },
		{ namespaces: { a: { access: { admin: "public" } } } },
		{ namespaces: { a: { rateLimit: { limit: 5, period: 30 } } } },
		{ shardCount: 4 },
		{ namespaces: { a: { names: ["likes", "likes"] } } },
		{ namespaces: { a: { methods: ["POST", "POST"] } } },
		{ removed: ["votes", "votes"] },
		{ worker: { cors: ["https://a.example", "https://a.example"] } },
		{ worker: { cors: ["https://a.example/"] } },
		{ worker: { cors: ["a.example"] } },
		{ worker: { cors: ["https://a.*.example"] } },
		{ namespaces: { a: { methods: ["GET"] } } },
		{ wrangler: { triggers: { crons: ["0 3 * *"] } } },
		{ wrangler: { limits: { cpu_ms: 0 } } },
		{ wrangler: { observability: { head_sampling_rate: 2 } } },
		{ wrangler: { observability: { logs: { head_sampling_rate: -1 } } } },
		{ wrangler: { r2_buckets: [{ binding: "B", bucket_name: "A" }] } },
		{
			wrangler: {
				workflows: [{ binding: "W", class_name: "W", name: "a b" }],
			},
		},
		{
			wrangler: {
				ratelimits: [
					{
						name: "L",
						namespace_id: "one",
						simple: { limit: 5, period: 60 },
					},
				],
			},
		},
		{ wrangler: { rotes: ["example.com/*"] } },
		{ wrangler: { name: "mine" } },
		{ wrangler: { observability: { enabled: true } } },
		{ wrangler: { dev: { port: 3000 } } },
		{ wrangler: { minify: "yes" } },
		{ wrangler: { routes: [{ zone_nme: "example.com" }] } },
		{ environments: { staging: { wrangler: { keep_vars: true } } } },
		{ environments: { staging: { wrangler: { limits: { cpu: 1 } } } } },
	])("refuses %j", (wrong) => {
		const right = { version: 1, namespaces: { a: {} } };
		expect(accepts(right)).toBe(true);
		expect(accepts({ ...right, ...wrong })).toBe(false);
	});

	test("takes what wrangler takes, and variables in its place", () => {
		const wrangler = {
			routes: [{ pattern: "example.com/*", zone_name: "example.com" }, "a.b/*"],
			vars: { GREETING: "hello", LIMITS: { max: [3] } },
			minify: "${MINIFY}",
			limits: { cpu_ms: "${CPU_MS:-50}" },
			triggers: { crons: ["0 3 * * *", "${CRON}"] },
			observability: { head_sampling_rate: 0.5 },
			r2_buckets: [{ binding: "B", bucket_name: "${BUCKET:-files}" }],
		};
		const value = { version: 1, namespaces: { a: {} }, wrangler };
		expect([accepts(value), accepts.errors]).toEqual([true, null]);
		const { limits } = wrangler;
		const cors = ["https://*.example.com", "http://localhost:3000", "${SITE}"];
		const methods = ["GET", "${METHOD}"];
		expect(accepts({ ...value, worker: { cors } })).toBe(true);
		expect(accepts({ ...value, worker: { cors: ["*"] } })).toBe(true);
		expect(accepts({ ...value, namespaces: { a: { methods } } })).toBe(true);
		const environments = { staging: { wrangler: { limits } } };
		expect(accepts({ ...value, environments })).toBe(true);
	});

	test("describes every key", () => {
		const keys = described(jsonSchema() as Json);
		expect(keys.filter(([, text]) => !text)).toEqual([]);
	});

	test("has examples for every key that holds a value, and accepts them", () => {
		const whole = jsonSchema() as Json;
		const { definitions } = whole;
		const $schema = "http://json-schema.org/draft-07/schema#";
		const values = keysOf(whole).filter(([, { properties }]) => !properties);
		expect(values.length).toBeGreaterThan(20);
		for (const [key, value] of values) {
			const accepts = ajv.compile({ $schema, ...value, definitions });
			const { examples = [] } = value;
			const refused = (examples as unknown[]).filter((one) => !accepts(one));
			expect({ key, refused, none: examples.length === 0 }).toEqual({
				key,
				refused: [],
				none: false,
			});
		}
	});
});

type Json = z.core.JSONSchema.BaseSchema;

/** Every key of a schema with its description. */
function described(schema: Json): [key: string, text: string | undefined][] {
	return keysOf(schema).map(([key, one]) => [key, one.description]);
}

/** Every key of a schema with what may stand there. */
function keysOf(
	schema: Json,
	definitions = (schema.definitions ?? {}) as Record<string, Json>,
): [key: string, value: Json][] {
	const own = Object.entries(
		(schema.properties ?? {}) as Record<string, Json>,
	).map(([key, one]): [string, Json] => [
		key,
		definitions[one.$ref?.split("/").at(-1) ?? ""] ?? one,
	]);
	const others = schema.additionalProperties;
	// Wrangler describes the keys below its own itself.
	const inside = own.filter(([key]) => key !== "wrangler");
	return [
		...own,
		...inside.flatMap(([, value]) => keysOf(value, definitions)),
		...(typeof others === "object" ? keysOf(others, definitions) : []),
	];
}
