import {
	count,
	moment,
	orNull,
	ref,
	type Schema,
	safeInteger,
	text,
	unit,
} from "./schemas.ts";

const totals = ref("schemas", "Totals");

const buckets: Schema = {
	description: "Values by the beginning, in ISO 8601.",
	type: "object",
	additionalProperties: ref("schemas", "Total"),
};

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
	Limit: record({
		counter: text,
		min: orNull(safeInteger),
		max: orNull(safeInteger),
		per: { enum: ["hour", "day", "month", null] },
		used: {
			description:
				"The exact total; with `per` what was counted since it began.",
			...safeInteger,
		},
		remaining: {
			description:
				"How much may still be counted: below `max` or, without one, above `min`.",
			...orNull(count),
		},
		resetsAt: orNull(moment),
		own: { description: "It was set for this counter.", type: "boolean" },
	}),
	HistoryPart: {
		description:
			"Totals with all that is kept of their past, by the counter's name.",
		type: "object",
		additionalProperties: record({
			value: ref("schemas", "Total"),
			history: record({ minute: buckets, hour: buckets, day: buckets }, [
				"minute",
				"hour",
				"day",
			]),
		}),
	},
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
