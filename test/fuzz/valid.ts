import fc, { type Arbitrary } from "fast-check";
import { NAMESPACES, type Namespace } from "./namespaces.ts";
import { ADMIN_TOKEN, CALLER_TOKEN } from "./server.ts";
import { type Framing, type Shot, utf8 } from "./shot.ts";

type Header = readonly [string, string];

const admin: readonly Header[] = [["Authorization", `Bearer ${ADMIN_TOKEN}`]];
const caller: readonly Header[] = [["Authorization", `Bearer ${CALLER_TOKEN}`]];

/** Ways to send a request that all must be taken. */
const framing: Arbitrary<Framing | undefined> = fc.oneof(
	{ weight: 20, arbitrary: fc.constant(undefined) },
	{
		weight: 1,
		arbitrary: fc.constantFrom<Framing[]>(
			"length",
			"chunked",
			"pieces",
			"expect",
		),
	},
);

/** A key that repetitions share, one that others may have used, or none. */
function keyHeader(one: Namespace, what: string): Arbitrary<readonly Header[]> {
	const own = `${one.key} ${Buffer.from(what).toString("hex").slice(0, 200)}`;
	return !one.keys
		? fc.constant([])
		: fc.oneof(
				{ weight: 4, arbitrary: fc.constant([]) },
				{
					weight: 1,
					arbitrary: fc.constant([["Idempotency-Key", own] as const]),
				},
				{
					weight: 1,
					arbitrary: fc
						.nat(1_000_000)
						.map((n) => [
							["Idempotency-Key", `key ${n % 5 ? n : n % 50}`] as const,
						]),
				},
			);
}

/** Query of a badge. */
const look = fc.constantFrom(
	..."x label=a label=%3C%22 color=red color=%23abc color=ABCDEF format=shields format=svg&color=blue".split(
		" ",
	),
);

const by = ({ min, max }: Namespace) =>
	fc.oneof(
		fc.integer({ min: Math.max(min, -9), max: Math.min(max, 9) }),
		fc.constantFrom(min, max),
	);

const openTo = (access: "public" | "token" | "none") =>
	access === "token"
		? fc.constantFrom(admin, caller)
		: fc.constantFrom<(readonly Header[])[]>([], [], admin);

/** One counter: by the query, by a body, or by 1. */
const increment = (one: Namespace): Arbitrary<Shot> =>
	fc
		.tuple(
			fc.constantFrom(...one.pool),
			fc.option(by(one)),
			fc.constantFrom(...one.methods),
			fc.boolean(),
			openTo(one.increment),
		)
		.chain(([name, by, method, inBody, access]) =>
			keyHeader(one, `${name} ${by}`).map((key) => ({
				method,
				target: `${one.mount}/increment/${encodeURIComponent(name)}${by !== null && !(inBody && method === "POST") ? `?by=${by}` : ""}`,
				headers: [...access, ...key],
				...(by !== null && inBody && method === "POST" && { body: String(by) }),
			})),
		);

/** Several counters: in a body, or in the query. */
const increments = (one: Namespace): Arbitrary<Shot> =>
	fc
		.tuple(
			fc.uniqueArray(fc.tuple(fc.constantFrom(...one.pool), by(one)), {
				minLength: 1,
				maxLength: 4,
				selector: ([name]) => name,
			}),
			fc.constantFrom(...one.methods),
			openTo(one.increment),
		)
		.chain(([entries, method, access]) =>
			keyHeader(one, JSON.stringify(entries)).map((key) => ({
				method,
				headers: [...access, ...key],
				...(method === "GET"
					? {
							target: `${one.mount}/increments?${entries.map((pair) => pair.map(encodeURIComponent).join("=")).join("&")}`,
						}
					: {
							target: `${one.mount}/increments`,
							body: utf8(
								`{${entries.map(([name, by]) => `${JSON.stringify(name)}:${by}`)}}`,
							),
						}),
			})),
		);

/** One counter, by an image that shows it. */
const hit = (one: Namespace): Arbitrary<Shot> =>
	fc
		.tuple(
			fc.constantFrom(...one.pool),
			fc.option(by(one)),
			openTo(one.increment),
			look,
		)
		.map(([name, by, headers, look]) => ({
			method: "GET",
			target: `${one.mount}/${one.methods.includes("GET") ? "hit" : "badge"}/${encodeURIComponent(name)}?${look}${by === null ? "" : `&by=${by}`}`,
			headers,
		}));

const badge = (one: Namespace): Arbitrary<Shot> =>
	fc
		.tuple(fc.constantFrom(...one.pool), look, openTo(one.read))
		.map(([name, look, headers]) => ({
			method: "GET",
			target: `${one.mount}/badge/${encodeURIComponent(name)}?${look}`,
			headers,
		}));

const importing = (one: Namespace): Arbitrary<Shot> =>
	fc
		.tuple(fc.constantFrom(...one.pool), fc.integer({ min: -5e6, max: 5e6 }))
		.map(([name, value]) => ({
			method: "POST",
			target: `${one.mount}/global/import`,
			headers: [...admin, ["Idempotency-Key", `import ${value}`]],
			body: utf8(`{${JSON.stringify(name)}:${value}}`),
		}));

const read = (one: Namespace): Arbitrary<Shot> =>
	fc
		.tuple(
			fc.option(fc.constantFrom(...one.pool)),
			fc.constantFrom(
				"",
				"?read=kv",
				"?read=global",
				"?read=exact",
				"?limit=2",
			),
			fc.constantFrom("GET", "HEAD"),
		)
		.map(([name, query, method]) => ({
			method,
			target: `${one.mount}/counters${name === null ? "" : `/${encodeURIComponent(name)}`}${query}`,
			headers: admin,
		}));

const administer = (one: Namespace): Arbitrary<Shot> =>
	fc
		.constantFrom(
			"GET /global/counters",
			"GET /global/counters?limit=3",
			"GET /global/writes",
			"GET /global/shardWrites",
			"GET /global/shards",
			"GET /shard/0/counters",
			"GET /-/metrics",
			"POST /shard/1/write",
			"POST /global/reset",
			`POST /global/reset/${encodeURIComponent(one.pool[0] ?? "")}`,
		)
		.map((line) => {
			const [method = "", path] = line.split(" ");
			const mount = path?.startsWith("/-/") ? "" : one.mount;
			return { method, target: `${mount}${path}`, headers: admin };
		});

/** A request that must be taken, but for keys that others used and for room. */
export const validShot: Arbitrary<Shot> = fc
	.tuple(
		fc
			.constantFrom(...NAMESPACES)
			.chain((one) =>
				fc.oneof(
					{ weight: 8, arbitrary: increment(one) },
					{ weight: 5, arbitrary: increments(one) },
					{ weight: 2, arbitrary: hit(one) },
					{ weight: 1, arbitrary: badge(one) },
					{ weight: 1, arbitrary: importing(one) },
					{ weight: 3, arbitrary: read(one) },
					{ weight: 1, arbitrary: administer(one) },
				),
			),
		framing,
	)
	.map(([shot, framing]) => (framing ? { ...shot, framing } : shot));
