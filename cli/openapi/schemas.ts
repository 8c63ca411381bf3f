/** A JSON Schema, draft 2020-12, as OpenAPI 3.1 takes it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Bodies by media type: what each holds. */
export type Content = Readonly<Record<string, Schema>>;

const refs = new Map<string, Schema>();

/** Refers to a part of the document that several operations have. */
export function ref(
	kind: "headers" | "parameters" | "responses" | "schemas",
	name: string,
): Schema {
	const $ref = `#/components/${kind}/${name}`;
	const made = refs.get($ref) ?? { $ref };
	refs.set($ref, made);
	return made;
}

/** Refers to headers of an answer by their names. */
export function headers(names: readonly string[] = []): Schema {
	if (names.length === 0) return {};
	const all = names.map((name) => [name, ref("headers", name)] as const);
	return { headers: Object.fromEntries(all) };
}

/** Writes bodies as OpenAPI has them. */
export function media(content: Content): Schema {
	const types = Object.entries(content);
	return Object.fromEntries(types.map(([type, schema]) => [type, { schema }]));
}

/** Makes the schema of an object that has all of these members, unless some are optional. */
function record(
	properties: Readonly<Record<string, Schema>>,
	optional: readonly string[] = [],
): Schema {
	return {
		type: "object",
		required: Object.keys(properties).filter(
			(name) => !optional.includes(name),
		),
		properties,
	};
}

const text: Schema = { type: "string" };

const count: Schema = { type: "integer", minimum: 0 };

/** Any whole number that is exact in JavaScript. */
export const safeInteger: Schema = {
	type: "integer",
	minimum: Number.MIN_SAFE_INTEGER,
	maximum: Number.MAX_SAFE_INTEGER,
};

const totals = ref("schemas", "Totals");

const moment: Schema = { type: "string", format: "date-time" };

const unit: Schema = { enum: ["minute", "hour", "day"] };

/** Schemas of answers by their names in the document. */
export const ANSWERS: Readonly<Record<string, Schema>> = {
	Total: safeInteger,
	Totals: {
		description: "Totals, or deltas, by the counter's name.",
		type: "object",
		additionalProperties: ref("schemas", "Total"),
	},
	Incremented: record({ counter: text, by: safeInteger, shard: count }),
	IncrementedAll: record({ counters: totals, shard: count }),
	CounterTotal: record(
		{
			counter: text,
			value: ref("schemas", "Total"),
			asOf: moment,
			read: { enum: ["kv", "global", "exact"] },
		},
		["asOf"],
	),
	Top: record(
		{
			top: {
				description: "The highest first.",
				type: "array",
				items: record({ counter: text, value: ref("schemas", "Total") }),
			},
			asOf: moment,
			read: { enum: ["kv", "global"] },
			by: unit,
			timeZone: text,
			start: moment,
		},
		["asOf", "by", "timeZone", "start"],
	),
	CounterHistory: record({
		counter: text,
		by: unit,
		timeZone: { description: "IANA name.", ...text },
		asOf: moment,
		points: {
			description: "The oldest first, without gaps.",
			type: "array",
			items: record({
				start: moment,
				value: ref("schemas", "Total"),
				final: {
					description: "Nothing is added to it any more.",
					type: "boolean",
				},
			}),
		},
	}),
	ShieldsBadge: record({
		schemaVersion: { const: 1 },
		label: text,
		message: text,
		color: { type: "string", pattern: "^[0-9a-f]{6}$" },
	}),
	WriteEvents: {
		type: "array",
		items: record({
			cmd: { enum: ["writeToGlobal", "writeToKV"] },
			event: { enum: ["exceedMaxRequest", "afterNoRequest", "requestWrite"] },
			shardName: { type: "string", pattern: "^(?:shard\\d+|global)$" },
			counters: totals,
			timestamp: { description: "Milliseconds since 1970.", ...count },
		}),
	},
	ShardWrites: record({
		shardWrites: {
			type: "object",
			additionalProperties: record({ counters: totals, writeCount: count }),
		},
		totalWrite: count,
		totalShards: count,
	}),
	Shards: {
		description: "Counts that each shard holds unflushed, by its index.",
		type: "array",
		items: totals,
	},
	Written: record({ written: { type: "boolean" } }),
	Reset: record({ reset: text }),
	Health: record({ status: { const: "ok" } }),
};

/** Headers of answers by their names in the document. */
export const HEADERS: Readonly<Record<string, Schema>> = {
	"Counter-As-Of": {
		description: "Moment that the totals are of.",
		schema: moment,
	},
	"Counter-Cursor": {
		description: "`cursor` of the next page; missing on the last.",
		schema: text,
	},
	"Counter-Read": {
		description: "Depth of the read.",
		required: true,
		schema: { enum: ["kv", "global", "exact"] },
	},
	"Counter-Storage": {
		description: "The disk that holds the counts is full.",
		schema: { const: "full" },
	},
	ETag: { required: true, schema: text },
	"Idempotent-Replayed": {
		description: "The key counted before; nothing was added now.",
		schema: { const: "true" },
	},
	"Retry-After": {
		description: "Seconds after which a retry may succeed.",
		schema: { type: "integer", minimum: 1 },
	},
	"Sec-WebSocket-Protocol": { schema: { const: "counters" } },
	Upgrade: { schema: { const: "websocket" } },
	"WWW-Authenticate": { required: true, schema: text },
};

/** Name of a counter that is read or reset: `names` may have allowed more once. */
const pastName: Schema = {
	type: "string",
	minLength: 1,
	maxLength: 256,
	pattern: "^(?!\\.{1,2}$)",
};

const key: Schema = {
	type: "string",
	minLength: 1,
	maxLength: 255,
	pattern: "^[ -~]+$",
};

/** Parameters of requests by their names in the document. */
export const PARAMETERS: Readonly<Record<string, Schema>> = {
	Counter: { name: "counter", in: "path", required: true, schema: pastName },
	Shard: {
		name: "n",
		in: "path",
		required: true,
		schema: { type: "integer", minimum: 0, maximum: 4095 },
	},
	Read: {
		name: "read",
		in: "query",
		description:
			"kv is cheap; global and exact are nearer to now, and ask for the admin token.",
		schema: { enum: ["kv", "global", "exact"], default: "kv" },
	},
	Limit: {
		name: "limit",
		in: "query",
		schema: { type: "integer", minimum: 1, maximum: 10_000, default: 10_000 },
	},
	EventLimit: {
		name: "limit",
		in: "query",
		description: "Most events; without it as many as fit into some 4 MB.",
		schema: { type: "integer", minimum: 1, maximum: 10_000 },
	},
	Cursor: {
		name: "cursor",
		in: "query",
		description: "Counter-Cursor of the page before.",
		schema: text,
	},
	Counters: {
		name: "counters",
		in: "query",
		description: "These counters alone, 0 where nothing was counted.",
		style: "form",
		explode: false,
		schema: { type: "array", maxItems: 100, items: text },
	},
	By: {
		name: "by",
		in: "query",
		description: "A unit that `history` keeps.",
		schema: unit,
	},
	At: {
		name: "at",
		in: "query",
		description:
			"With `by`: a date or a moment in ISO 8601; the current one without it.",
		schema: text,
	},
	Last: {
		name: "last",
		in: "query",
		description: "So many, with the one that is under way.",
		schema: { type: "integer", minimum: 1, maximum: 1_000 },
	},
	From: {
		name: "from",
		in: "query",
		description:
			"In place of `last`: a date or a moment in ISO 8601, without an offset by the clocks of the namespace's zone.",
		schema: text,
	},
	To: {
		name: "to",
		in: "query",
		description: "What begins before it; goes with `from`, now by default.",
		schema: text,
	},
	HistoryRead: {
		name: "read",
		in: "query",
		description: "exact asks all shards, and for the admin token.",
		schema: { enum: ["global", "exact"], default: "global" },
	},
	HistoryFormat: {
		name: "format",
		in: "query",
		schema: { enum: ["json", "csv"], default: "json" },
	},
	Since: {
		name: "since",
		in: "query",
		description: "`version` of the last message; goes with `birth`.",
		schema: count,
	},
	Birth: {
		name: "birth",
		in: "query",
		description: "`birth` of the last message; goes with `since`.",
		schema: count,
	},
	IdempotencyKey: {
		name: "Idempotency-Key",
		in: "header",
		description: "Makes the request safe to repeat.",
		schema: key,
	},
	Key: {
		name: "key",
		in: "query",
		description: "The idempotency key, for what cannot send a header.",
		schema: key,
	},
	IfNoneMatch: { name: "If-None-Match", in: "header", schema: text },
	Label: {
		name: "label",
		in: "query",
		description: "Text on the left; without it the counter's name.",
		schema: text,
	},
	Color: {
		name: "color",
		in: "query",
		schema: {
			anyOf: [
				{
					enum: [
						"brightgreen",
						"green",
						"yellowgreen",
						"yellow",
						"orange",
						"red",
						"blue",
						"blueviolet",
						"grey",
						"lightgrey",
					],
				},
				{ type: "string", pattern: "^#?(?:[0-9A-Fa-f]{3}){1,2}$" },
			],
			default: "blue",
		},
	},
	Format: {
		name: "format",
		in: "query",
		schema: { enum: ["svg", "shields"], default: "svg" },
	},
};
