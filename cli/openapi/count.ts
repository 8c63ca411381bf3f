import {
	type Describe,
	type Described,
	GLOBAL,
	json,
	KV,
	type Method,
	type Operation,
	own,
	parameters,
} from "./operation.ts";
import type { ProblemCode } from "./problems.ts";
import { ref, type Schema, safeInteger } from "./schemas.ts";

/** `/increment/:counter` */
export const increment: Describe = (namespace, method) => ({
	id: "increment",
	parameters: [
		nameParameter(namespace),
		by(namespace, method),
		...keys(namespace),
	],
	...(method === "POST" && { body: byBody(namespace) }),
	answer: withPixel(json("Incremented", replayed(namespace)), method),
	problems: [...counting(namespace, method), "invalid-body", "body-too-large"],
	image: "image/gif",
});

/** `/increments` */
export const increments: Describe = (namespace, method) => ({
	id: "increments",
	parameters: [
		...(method === "GET" ? [linked(namespace)] : []),
		...keys(namespace),
	],
	...(method === "POST" && {
		body: {
			required: true,
			content: {
				"application/json": entries(
					ref("schemas", own(namespace, "Increment")),
					ref("schemas", own(namespace, "Counter")),
				),
			},
		},
	}),
	answer: withPixel(json("IncrementedAll", replayed(namespace)), method),
	problems: [
		...counting(namespace, method),
		"invalid-entries",
		...(method === "POST" ? (["invalid-body", "body-too-large"] as const) : []),
	],
	image: "image/gif",
});

/** `GET /hit/:counter` */
export const hit: Describe = (namespace) => ({
	id: "hit",
	parameters: [
		nameParameter(namespace),
		by(namespace, "GET"),
		...keys(namespace),
		...parameters("Label", "Color", "Format", "IfNoneMatch"),
	],
	answer: {
		content: {
			"image/svg+xml": { type: "string" },
			"application/json": ref("schemas", "ShieldsBadge"),
		},
		headers: ["ETag", ...replayed(namespace)],
	},
	cached: true,
	problems: [
		...counting(namespace, "GET"),
		"invalid-badge",
		"invalid-body",
		"body-too-large",
		...KV,
	],
	image: "image/svg+xml",
});

/** `POST /global/import` */
export const globalImport: Describe = (namespace) => ({
	id: "import",
	parameters: keys(namespace),
	body: {
		required: true,
		content: {
			"application/json": namespace.history
				? { anyOf: [imported(namespace), amounts(namespace)] }
				: imported(namespace),
		},
	},
	answer: json("IncrementedAll", replayed(namespace)),
	problems: [
		...counted(namespace),
		"idempotency-key-required",
		"idempotency-window-short",
		"invalid-history",
		"invalid-entries",
		"invalid-body",
		"body-too-large",
	],
});

function imported(namespace: Described): Schema {
	return entries(safeInteger, ref("schemas", own(namespace, "Counter")));
}

/** Makes the schema of amounts that may say when they were counted. */
function amounts(namespace: Described): Schema {
	return {
		description:
			"Amounts of counters, each perhaps with the minute, hour or day that it was counted in: any moment of that, without an offset by the clocks of the namespace's zone.",
		type: "array",
		minItems: 1,
		maxItems: 10_000,
		items: {
			type: "array",
			prefixItems: [
				ref("schemas", own(namespace, "Counter")),
				safeInteger,
				{ enum: ["minute", "hour", "day"] },
				{ type: "string" },
			],
			minItems: 2,
			maxItems: 4,
		},
	};
}

/** Makes the schema of the names that a namespace counts. */
export function nameSchema({ names }: Described): Schema {
	return typeof names === "string"
		? {
				type: "string",
				minLength: 1,
				maxLength: 256,
				pattern: names,
				not: { enum: [".", ".."] },
			}
		: { enum: names };
}

/** Makes the schema of what one increment may add. */
export function incrementSchema({
	increment: { min, max },
}: Described): Schema {
	return { type: "integer", minimum: min, maximum: max };
}

/** Describes the name of a counter that `names` allows, in a path. */
export function nameParameter(namespace: Described): Schema {
	return {
		name: "counter",
		in: "path",
		required: true,
		schema: ref("schemas", own(namespace, "Counter")),
	};
}

/** Describes `?by=`: where 1 is out of bounds, it or a body must say how many. */
function by(namespace: Described, method: Method): Schema {
	const { min, max } = namespace.increment;
	const schema = incrementSchema(namespace);
	const isOne = min <= 1 && max >= 1;
	return {
		name: "by",
		in: "query",
		...(!isOne && method === "GET" && { required: true }),
		schema: isOne ? { ...schema, default: 1 } : schema,
	};
}

/** Describes a body: a number, a form with `by`, or whatever a beacon sends. */
function byBody(namespace: Described) {
	const number = ref("schemas", own(namespace, "Increment"));
	const form = { type: "object", properties: { by: number } };
	return {
		required: false,
		content: {
			"application/json": number,
			"application/x-www-form-urlencoded": form,
			"multipart/form-data": form,
			"*/*": {
				description:
					"Counts 1, unless it may be meant to say how many: a ping, a beacon.",
			},
		},
	};
}

/** Describes counters in the query of a link, each a parameter of its own. */
function linked(namespace: Described): Schema {
	return {
		name: "counters",
		in: "query",
		required: true,
		style: "form",
		explode: true,
		schema: entries(
			ref("schemas", own(namespace, "Increment")),
			ref("schemas", own(namespace, "Counter")),
		),
	};
}

function entries(value: Schema, propertyNames: Schema): Schema {
	return {
		type: "object",
		minProperties: 1,
		maxProperties: 10_000,
		propertyNames,
		additionalProperties: value,
	};
}

function keys({ idempotencyWindow }: Described): Schema[] {
	return idempotencyWindow > 0 ? parameters("IdempotencyKey", "Key") : [];
}

function replayed({ idempotencyWindow }: Described): string[] {
	return idempotencyWindow > 0 ? ["Idempotent-Replayed"] : [];
}

function withPixel(
	answer: Operation["answer"],
	method: Method,
): Operation["answer"] {
	if (method === "POST") return answer;
	return { ...answer, content: { ...answer.content, "image/gif": {} } };
}

/** Problems of any increment over HTTP. */
function counting(
	namespace: Described,
	method: Method,
): readonly ProblemCode[] {
	return [
		...counted(namespace),
		...(namespace.rateLimit ? (["rate-limited"] as const) : []),
		...byGet(namespace, method),
	];
}

/** Problems of counting. */
function counted({
	idempotencyWindow,
	total,
}: Described): readonly ProblemCode[] {
	return [
		...(total ? (["limit-reached", "limit-unsettled"] as const) : []),
		...(total?.per ? (["quota-reached"] as const) : []),
		"invalid-counter-name",
		"invalid-increment",
		"invalid-idempotency-key",
		...(idempotencyWindow > 0
			? (["idempotency-key-reused", "idempotency-key-unsettled"] as const)
			: (["idempotency-off"] as const)),
		"too-many-counters",
		"shard-full",
		...GLOBAL,
	];
}

/** Problems of a GET that changes something. */
export function byGet(
	{ bots }: Pick<Described, "bots">,
	method: Method,
): readonly ProblemCode[] {
	if (method === "POST") return [];
	return [
		"prefetch-not-counted",
		...(bots === "ignore" ? (["bot-not-counted"] as const) : []),
	];
}
