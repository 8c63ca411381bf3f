import { Validator } from "@seriousme/openapi-schema-validator";
import { expect, test } from "vitest";
import { openApi } from "../../../cli/openapi/document.ts";
import { PARAMETERS } from "../../../cli/openapi/parameters.ts";
import {
	type ProblemCode as DescribedCode,
	PROBLEMS,
} from "../../../cli/openapi/problems.ts";
import { COLOR_NAMES } from "../../../templates/runtime/badge/color.ts";
import type { ProblemCode } from "../../../templates/runtime/problem.ts";
import { loadContent } from "../../support/config.ts";

/** Describes the Worker of a `counters.yaml` with these namespaces. */
async function documentOf(namespaces: string, worker = "") {
	const config = await loadContent(
		`version: 1\nworker: { name: described${worker} }\nnamespaces:\n  ${namespaces}\n`,
	);
	return openApi(config, "Made for a test.");
}

type Document = Awaited<ReturnType<typeof documentOf>>;

function routesIn({ paths }: Document): string[] {
	return Object.entries(paths).flatMap(([path, item]) =>
		Object.keys(item).map((method) => `${method} ${path}`),
	);
}

const FEWEST =
	"visits: { idempotencyWindow: 0, writeLog: 0, access: { admin: none } }";
const MOST = `visits: { mount: /, methods: [GET, POST], bots: ignore, live: true, top: 10, total: { max: 9, per: day }, rateLimit: { limit: 1, period: 10 }, access: { increment: token, read: token } }
  votes: { names: [yes, no], increment: { min: -1, max: 1 } }`;

test.each([FEWEST, MOST])("of { %s } it is OpenAPI 3.1", async (namespaces) => {
	const document = await documentOf(namespaces, ", openapi: true");
	const validator = new Validator();
	const whole = JSON.parse(JSON.stringify(document));
	expect(await validator.validate(whole)).toEqual({ valid: true });
	expect(validator.version).toBe("3.1");
});

test("every part of a path is a parameter, and every parameter one of a path", async () => {
	const document = await documentOf(MOST);
	const whole = JSON.parse(JSON.stringify(document));
	for (const [path, item] of Object.entries(document.paths)) {
		const parts = path.match(/(?<=\{)\w+/g) ?? [];
		for (const { parameters = [] } of Object.values(item)) {
			const names = (parameters as { $ref?: string; name?: string }[])
				.map(({ $ref, ...given }) => {
					const name = $ref?.split("/").at(-1) ?? "";
					return $ref ? whole.components.parameters[name] : given;
				})
				.filter((parameter) => parameter.in === "path")
				.map(({ name }) => name);
			expect([path, names]).toEqual([path, parts]);
		}
	}
});

/** Problems over HTTP: the others answer code alone. */
type HttpCode = Exclude<
	ProblemCode,
	"limits-off" | "reset-not-allowed" | "unknown-namespace"
>;

test("every problem over HTTP is described, and no other", () => {
	// Compiles only while the two unions are the same.
	const described: Readonly<Record<HttpCode, unknown>> = PROBLEMS;
	const others: Exclude<DescribedCode, HttpCode>[] = [];
	expect([Object.keys(described).length > 40, others]).toEqual([true, []]);
});

test("what features bring is there only where they are on", async () => {
	const least = await documentOf(FEWEST);
	const most = await documentOf(MOST, ", openapi: true");
	const marks = [
		"get /increment/{counter}",
		"get /hit/{counter}",
		"get /live",
		"get /top",
		"get /limits/{counter}",
		"put /limits/{counter}",
		"delete /limits/{counter}",
		"get /-/openapi.json",
	];
	expect(routesIn(least).filter((one) => marks.includes(one))).toEqual([]);
	expect(routesIn(most)).toEqual(expect.arrayContaining(marks));
	const features = [
		"Idempotency-Key",
		"Idempotent-Replayed",
		"RateLimited",
		"BotNotCounted",
		"PrefetchNotCounted",
		"LiveFull",
		"LimitReached",
		"QuotaReached",
		"LimitUnsettled",
	];
	const found = (document: Document) =>
		features.filter((one) => JSON.stringify(document).includes(`"${one}"`));
	expect(found(least)).toEqual([]);
	expect(found(most)).toEqual(features);
});

test("names and increments have the bounds of the YAML", async () => {
	const { components, paths } = await documentOf(
		"a: { names: '^[a-z]+$', increment: { min: 2, max: 5 } }\n  b: { names: [yes, no], increment: { min: -1 } }",
	);
	expect(components.schemas).toMatchObject({
		ACounter: { type: "string", pattern: "^[a-z]+$", maxLength: 256 },
		AIncrement: { type: "integer", minimum: 2, maximum: 5 },
		BCounter: { enum: ["yes", "no"] },
		BIncrement: { type: "integer", minimum: -1, maximum: 1_000_000 },
	});
	const by = (path: string) => JSON.stringify(paths[path]?.post?.parameters);
	expect(by("/b/increment/{counter}")).toContain('"default":1');
	// 1 may not be added there, so that nothing is the default.
	expect(by("/a/increment/{counter}")).not.toContain('"default"');
});

test.each([
	["{}", undefined, [{ adminToken: [] }]],
	[
		"{ read: token }",
		[{ token: [] }, { adminToken: [] }],
		[{ adminToken: [] }],
	],
	["{ admin: none }", undefined, undefined],
])("access: %s is what the document asks for", async (access, badge, reset) => {
	const { paths, components } = await documentOf(`a: { access: ${access} }`);
	const security = (path: string, method: string) =>
		paths[path]?.[method]?.security;
	expect(security("/a/badge/{counter}", "get")).toEqual(badge);
	expect(security("/a/global/reset", "post")).toEqual(reset);
	expect(Object.keys(components.securitySchemes ?? {})).toEqual([
		...(reset ? ["adminToken"] : []),
		...(badge ? ["token"] : []),
	]);
});

test("who sends the admin token may read deeper, others the KV", async () => {
	const { paths } = await documentOf("a: {}");
	expect(paths["/a/counters"]?.get?.security).toEqual([{}, { adminToken: [] }]);
});

test("operations have ids of their own, whatever the classes are called", async () => {
	const { paths } = await documentOf(
		"a: { class: A }\n  b: { class: AGlobal, methods: [GET, POST] }",
	);
	const ids = Object.values(paths).flatMap((item) =>
		Object.values(item).map(({ operationId }) => operationId),
	);
	expect(new Set(ids).size).toBe(ids.length);
});

test("the colours of a badge are those that it knows", () => {
	const text = JSON.stringify(PARAMETERS.Color);
	for (const name of COLOR_NAMES.filter((one) => !one.endsWith("gray")))
		expect(text).toContain(`"${name}"`);
});
