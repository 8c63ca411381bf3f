import fc, { type Arbitrary } from "fast-check";
import type { Context } from "hono";
import { expect, test } from "vitest";
import { parseCounters } from "../../templates/runtime/http/counters-json.ts";
import { increments } from "../../templates/runtime/http/handlers.ts";
import { idempotencyKeys } from "../../templates/runtime/idempotency/feature.ts";
import { idempotencyOff } from "../../templates/runtime/idempotency/off.ts";
import { CounterProblem } from "../../templates/runtime/problem.ts";
import type { Entry } from "../../templates/runtime/protocol.ts";
import {
	type CounterSettings,
	checkEntries,
	checkKey,
	checkName,
	checkPastName,
} from "../../templates/runtime/settings.ts";
import { shardRoutes } from "../../templates/runtime/stubs/routes.ts";
import type { ShardStub } from "../../templates/runtime/stubs/shard.ts";
import { PROFILES } from "./profiles.ts";
import { Random } from "./random.ts";
import { Configurations } from "./settings.ts";

const [profile] = PROFILES;
if (!profile) throw new Error("there are no profiles");
const settings: CounterSettings = {
	...new Configurations(new Random(1), profile).next(),
	names: /^[a-z_]{1,3}$/u,
	incrementBounds: { min: -5, max: 10 },
	idempotency: idempotencyKeys({ windowMs: 1_000 }),
};

const anyText: Arbitrary<string> = fc.oneof(
	fc.string({ unit: "binary", maxLength: 300 }),
	fc.string({ unit: fc.constantFrom(..."az_-\ud800é💥"), maxLength: 4 }),
	fc.constantFrom(
		..."__proto__ . .. ... a\n".split(" "),
		"n".repeat(256),
		"n".repeat(257),
	),
);
const anyNumber = fc.oneof(
	fc.integer({ min: -6, max: 11 }),
	fc.double(),
	fc.constantFrom(-0, 2 ** 53, 1.5, Number.NaN, "1", null, true, [1]),
) as Arbitrary<number>;

/** The status of what is thrown, which must be a refusal; undefined for none. */
function refusal(check: () => void): number | undefined {
	try {
		check();
		return undefined;
	} catch (error) {
		if (error instanceof CounterProblem) return error.problem.status;
		throw error;
	}
}

const property = <T>(arbitrary: Arbitrary<T>, check: (value: T) => void) =>
	fc.assert(fc.property(arbitrary, check), { numRuns: 3_000, seed: 1 });

test("a name is taken if it matches, has 1 to 256 characters, no halves of any, and is no step in a path", () => {
	const all = { ...settings, names: /^[\s\S]*$/u };
	const listed = { ...settings, names: ["a", "__proto__", ".."] };
	property(anyText, (name) => {
		const isWhole =
			!["", ".", ".."].includes(name) &&
			name.length <= 256 &&
			name.isWellFormed();
		expect(refusal(() => checkName(all, name))).toBe(isWhole ? undefined : 400);
		expect(refusal(() => checkPastName(name))).toBe(isWhole ? undefined : 400);
		const matches = /^[a-z_]{1,3}$/.test(name);
		expect(refusal(() => checkName(settings, name))).toBe(
			matches ? undefined : 400,
		);
		const isListed = name === "a" || name === "__proto__";
		expect(refusal(() => checkName(listed, name))).toBe(
			isListed ? undefined : 400,
		);
	});
});

test("entries are taken if each name and each number is allowed", () => {
	property(
		fc.array(fc.tuple(fc.constantFrom("a", "b", "cc", "B"), anyNumber), {
			maxLength: 4,
		}),
		(entries: Entry[]) => {
			const isRight =
				entries.length > 0 &&
				entries.every(
					([name, by]) =>
						name !== "B" && Number.isInteger(by) && by >= -5 && by <= 10,
				);
			expect(refusal(() => checkEntries(settings, entries))).toBe(
				isRight ? undefined : 400,
			);
		},
	);
});

test("the numbers of an import stay within 2^53 - 1 together", () => {
	const most = Number.MAX_SAFE_INTEGER;
	const bounds = { min: -most, max: most };
	property(fc.array(fc.maxSafeInteger(), { minLength: 1 }), (numbers) => {
		const entries = numbers.map((by): Entry => ["a", by]);
		const volume = numbers.reduce((sum, by) => sum + BigInt(Math.abs(by)), 0n);
		expect(refusal(() => checkEntries(settings, entries, bounds))).toBe(
			volume <= BigInt(most) ? undefined : 400,
		);
	});
});

test("a key is taken if it has 1 to 255 printable characters", () => {
	property(
		fc.oneof(anyText, fc.string({ minLength: 250, maxLength: 260 })),
		(key) => {
			const codes = Array.from(key, (one) => one.codePointAt(0) ?? 0);
			const isRight =
				codes.length >= 1 &&
				codes.length <= 255 &&
				codes.every((code) => code >= 32 && code <= 126);
			expect(refusal(() => checkKey(settings, key))).toBe(
				isRight ? undefined : 400,
			);
			const off = { ...settings, idempotency: idempotencyOff };
			expect(refusal(() => checkKey(off, key))).toBe(400);
		},
	);
});

test("of a JSON object each name is read once, and a name given twice refused", () => {
	const pair = fc.tuple(anyText, fc.oneof(fc.integer(), fc.constant("x")));
	property(fc.array(pair, { maxLength: 5 }), (pairs) => {
		const json = `{${pairs.map((one) => one.map((part) => JSON.stringify(part)).join(":"))}}`;
		const names = new Set(pairs.map(([name]) => name));
		const isRight =
			names.size === pairs.length &&
			pairs.every(([, value]) => typeof value === "number");
		expect(refusal(() => parseCounters(json))).toBe(isRight ? undefined : 400);
		if (isRight)
			expect(new Map(Object.entries(parseCounters(json)))).toEqual(
				new Map(pairs),
			);
	});
	property(fc.oneof(anyText, fc.json()), (text) => {
		expect([undefined, 400]).toContain(refusal(() => parseCounters(text)));
	});
});

test("`by` is a whole number as it is written, or refused", async () => {
	const stub = {
		increment: async (counter: string, by: number) => ({
			counter,
			by,
			shard: 0,
			repeated: false,
		}),
	} as ShardStub;
	const text = fc.oneof(
		fc.maxSafeInteger().map(String),
		fc.double().map(String),
		anyText,
	);
	const check = async (text: string, inBody: boolean) => {
		// An empty body says nothing, which is 1; half characters go no way over.
		if (text === "" || !text.isWellFormed()) return;
		const query = inBody ? "" : `?by=${encodeURIComponent(text)}`;
		const answer = await shardRoutes.request(
			`/increment/a${query}`,
			{ method: "POST", ...(inBody && { body: text }) },
			{ stub },
		);
		const isPlain = /^(0|-?[1-9]\d{0,15})$/.test(text);
		const { by } = (await answer.json()) as { by?: number };
		const isNumber = text.trim() !== "" && !Number.isNaN(Number(text));
		if (isPlain) expect(by).toBe(Number(text));
		else if (answer.status !== 200) expect(answer.status).toBe(400);
		// A body that says no number is that of a ping or a beacon.
		else expect(by).toBe(inBody && !isNumber ? 1 : Number(text));
	};
	await fc.assert(fc.asyncProperty(text, fc.boolean(), check), {
		numRuns: 2_000,
		seed: 1,
	});
});

test("a list of names is told in part only", () => {
	const names = Array.from({ length: 30 }, (_, n) => `n${n}`);
	const check = () => checkName({ ...settings, names }, "other");
	expect(check).toThrow(
		'"other" is none of n0, n1, n2, n3, n4, n5, n6, n7, n8, n9, …: `names` of this namespace in counters.yaml says what may be counted',
	);
	expect(check).not.toThrow(/n10/);
	expect(() => checkName({ ...settings, names }, "n29")).not.toThrow();
});

test.each([
	["http://localhost/increments?a=1&b=2", { a: 1, b: 2 }],
	[
		"http://localhost/increments?__proto__=3&a%20b=-1",
		{ ["__proto__"]: 3, "a b": -1 },
	],
	["http://localhost, evil.example/increments?a=1", { a: 1 }],
	["http://localhost/increments?a=1&fbclid=x&utm_id=3&b=word", { a: 1 }],
	[
		"http://localhost/increments?utm=1&clid=2&autm_=3",
		{ utm: 1, clid: 2, autm_: 3 },
	],
	["http://localhost/increments", {}],
])("a GET of %s counts what its query says", async (url, counters) => {
	const counted: unknown[] = [];
	const stub = {
		increments: async (entries: object) => {
			counted.push(Object.entries(entries));
			return { counters: entries, shard: 0, repeated: false };
		},
	} as unknown as ShardStub;
	const nothing = () => undefined;
	const req = { method: "GET", url, header: nothing, queries: nothing };
	const { status } = await increments(stub, { req } as unknown as Context);
	expect([status, counted]).toEqual([200, [Object.entries(counters)]]);
});
