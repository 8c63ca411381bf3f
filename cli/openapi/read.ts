import {
	type Describe,
	EVERY_SHARD,
	GLOBAL,
	json,
	KV,
	parameters,
} from "./operation.ts";
import { ref } from "./schemas.ts";

/** `GET /counters` */
export const counters: Describe = () => ({
	id: "counters",
	parameters: parameters("Read", "Limit", "Cursor", "Counters"),
	answer: json("Totals", ["Counter-Read", "Counter-As-Of", "Counter-Cursor"]),
	problems: [
		"invalid-read",
		"invalid-limit",
		"invalid-cursor",
		"too-many-names",
		...KV,
		...EVERY_SHARD,
	],
	deeper: true,
});

/** `GET /counters/:counter` */
export const counter: Describe = () => ({
	id: "counter",
	parameters: parameters("Counter", "Read"),
	answer: json("CounterTotal"),
	problems: [
		"invalid-counter-name",
		"invalid-read",
		"unknown-counter",
		...KV,
		...EVERY_SHARD,
	],
	deeper: true,
});

/** `GET /badge/:counter` */
export const badge: Describe = () => ({
	id: "badge",
	parameters: parameters("Counter", "Label", "Color", "Format", "IfNoneMatch"),
	answer: {
		content: {
			"image/svg+xml": { type: "string" },
			"application/json": ref("schemas", "ShieldsBadge"),
		},
		headers: ["ETag"],
	},
	cached: true,
	problems: ["invalid-counter-name", "invalid-badge", ...KV],
	image: "image/svg+xml",
});

/** `GET /top` */
export const top: Describe = ({ top: most, history: kept }) => ({
	id: "top",
	parameters: [
		{
			name: "limit",
			in: "query",
			schema: kept
				? { type: "integer", minimum: 1, maximum: 1_000 }
				: { type: "integer", minimum: 1, maximum: most, default: most },
		},
		...(kept ? parameters("By", "At") : []),
	],
	answer: json("Top"),
	problems: [
		"invalid-limit",
		"invalid-history",
		...(most > 0 ? (["top-not-published", ...KV] as const) : []),
		...(kept ? GLOBAL : []),
	],
});

/** `GET /history/:counter` */
export const history: Describe = () => ({
	id: "history",
	parameters: parameters(
		"Counter",
		"By",
		"Last",
		"From",
		"To",
		"HistoryRead",
		"HistoryFormat",
	),
	answer: {
		content: {
			"application/json": ref("schemas", "CounterHistory"),
			"text/csv": { type: "string" },
		},
	},
	problems: [
		"invalid-counter-name",
		"invalid-history",
		"invalid-read",
		...EVERY_SHARD,
	],
	deeper: true,
});

/**
 * `GET /live`: messages are no matter of OpenAPI. A request that is refused is
 * opened, and closed with the problem as its reason.
 */
export const live: Describe = () => ({
	id: "live",
	parameters: parameters("Counters", "Since", "Birth"),
	answer: { status: 101, headers: ["Upgrade", "Sec-WebSocket-Protocol"] },
	problems: [
		"upgrade-required",
		"live-full",
		"secret-not-set",
		"secret-not-usable",
		...GLOBAL,
	],
	deeper: true,
	refusesItself: true,
});
