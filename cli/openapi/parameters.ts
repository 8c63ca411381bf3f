import { count, type Schema, text, unit } from "./schemas.ts";

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
	Counter: {
		name: "counter",
		in: "path",
		required: true,
		description:
			"The rest of the path: its slashes need not be percent-encoded.",
		schema: pastName,
	},
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
