import { moment, type Schema, text } from "./schemas.ts";

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
