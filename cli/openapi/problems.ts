import { count, moment, type Schema, safeInteger, text } from "./schemas.ts";

/** A problem that the Worker answers, as `problem+json`. */
interface ProblemKind {
	status: number;
	/** Says in a sentence why. */
	reason: string;
	/** Set if the answer has a Retry-After. */
	retry?: true;
}

/** Every problem by its code, in the words of docs/problems.md. */
const kinds = {
	"body-too-large": { status: 413, reason: "The body has more than 4 MiB." },
	"bot-not-counted": {
		status: 403,
		reason: "A GET of a bot: nothing was counted.",
	},
	busy: {
		status: 503,
		reason: "Too many wait for an answer of all shards.",
		retry: true,
	},
	"global-unreachable": {
		status: 503,
		reason: "The global object does not answer.",
		retry: true,
	},
	"header-too-large": {
		status: 431,
		reason: "Authorization has more than 1,024 characters.",
	},
	"idempotency-key-required": {
		status: 400,
		reason: "An import needs an idempotency key.",
	},
	"idempotency-key-reused": {
		status: 422,
		reason: "Another request has used this key.",
	},
	"idempotency-key-unsettled": {
		status: 503,
		reason: "The shard that knows this key does not answer.",
		retry: true,
	},
	"idempotency-off": {
		status: 400,
		reason: "The namespace takes no idempotency keys.",
	},
	"idempotency-window-short": {
		status: 400,
		reason: "An import needs an idempotencyWindow of 15 minutes or more.",
	},
	"internal-error": {
		status: 500,
		reason:
			"Nobody expected this. It is not known whether an increment was counted.",
	},
	"invalid-badge": {
		status: 400,
		reason: "No badge has that color or format.",
	},
	"invalid-body": { status: 400, reason: "The body is not what it must be." },
	"invalid-bounds": {
		status: 400,
		reason: "The bounds of a limit are no whole numbers, or crossed.",
	},
	"invalid-counter-name": {
		status: 400,
		reason: "No counter may have that name.",
	},
	"invalid-cursor": {
		status: 400,
		reason: "The cursor is not of an earlier answer.",
	},
	"invalid-entries": {
		status: 400,
		reason: "Too few counters, too many, or one of them twice.",
	},
	"invalid-history": {
		status: 400,
		reason: "There is no such minute, hour or day, or it is not kept.",
	},
	"invalid-idempotency-key": {
		status: 400,
		reason: "The idempotency key is none, or there are two.",
	},
	"invalid-increment": {
		status: 400,
		reason: "An increment is no whole number within its bounds.",
	},
	"invalid-limit": { status: 400, reason: "The limit is out of its bounds." },
	"invalid-read": {
		status: 400,
		reason: "`read` is not kv, global or exact.",
	},
	"invalid-since": {
		status: 400,
		reason: "`since` and `birth` are not those of the last message.",
	},
	"kv-page-gone": {
		status: 503,
		reason: "KV answered a list of pages that is too old.",
		retry: true,
	},
	"kv-unavailable": {
		status: 503,
		reason: "KV fails, or does not answer.",
		retry: true,
	},
	"limit-outstanding": {
		status: 503,
		reason:
			"The limit is set, and holds once the shards that are listed gave back.",
		retry: true,
	},
	"limit-reached": {
		status: 409,
		reason: "The total would pass its bound. Nothing was counted.",
	},
	"limit-unsettled": {
		status: 503,
		reason: "Nobody can tell what is left just now. Nothing was counted.",
		retry: true,
	},
	"live-full": {
		status: 503,
		reason: "No object has room for another viewer.",
		retry: true,
	},
	"method-not-allowed": {
		status: 405,
		reason: "The path answers only the methods that Allow lists.",
	},
	"not-found": { status: 404, reason: "No route answers this path." },
	"object-unavailable": {
		status: 503,
		reason:
			"An object is overloaded or restarts. It is not known whether an increment was counted.",
		retry: true,
	},
	"origin-not-allowed": {
		status: 403,
		reason: "Pages of this origin may not watch.",
	},
	"prefetch-not-counted": {
		status: 403,
		reason: "A browser asked ahead of time: nothing was counted.",
	},
	"quota-reached": {
		status: 429,
		reason:
			"The bound of this hour, day or month is reached. Nothing was counted.",
		retry: true,
	},
	"rate-limited": {
		status: 429,
		reason: "The address has sent as many increments as it may.",
		retry: true,
	},
	"secret-not-set": {
		status: 503,
		reason: "The Worker lacks the secret that the route asks for.",
	},
	"secret-not-usable": {
		status: 503,
		reason: "The secret holds what no bearer token can have.",
	},
	"shard-full": {
		status: 503,
		reason: "The shard has too much waiting. Nothing was counted.",
		retry: true,
	},
	"shard-unreachable": {
		status: 503,
		reason: "A shard does not answer.",
		retry: true,
	},
	"storage-full": {
		status: 503,
		reason:
			"The disk is full. It is not known whether an increment was counted.",
		retry: true,
	},
	"too-many-counters": {
		status: 429,
		reason: "There is no room for another name.",
	},
	"too-many-names": {
		status: 400,
		reason: "The request names too many counters.",
	},
	"too-much-held": {
		status: 503,
		reason: "The shards hold too much for one answer.",
		retry: true,
	},
	"top-not-published": {
		status: 503,
		reason: "The highest counters come with the next publication.",
		retry: true,
	},
	unauthorized: {
		status: 401,
		reason: "There is no token, or not the right one.",
	},
	"unknown-counter": {
		status: 404,
		reason: "Nothing was counted under this name, as far as the read knows.",
	},
	"unknown-shard": { status: 404, reason: "There is no such shard." },
	"upgrade-required": { status: 426, reason: "This is a WebSocket." },
} as const;

export type ProblemCode = keyof typeof kinds;

export const PROBLEMS: Readonly<Record<ProblemCode, ProblemKind>> = kinds;

const names: Schema = { type: "array", items: { type: "string" } };

/** The part that is left of a bound that would be passed. */
const left = {
	counter: text,
	min: safeInteger,
	max: safeInteger,
	remaining: count,
};

/** Members besides type, title, status and detail. */
const EXTRA: Partial<Record<ProblemCode, Readonly<Record<string, Schema>>>> = {
	"internal-error": { instance: { type: "string" } },
	"limit-outstanding": { outstanding: names },
	"limit-reached": left,
	"limit-unsettled": { outstanding: names },
	"quota-reached": { ...left, resetsAt: moment },
	"shard-unreachable": { unreachable: names, known: { type: "object" } },
	"too-much-held": {
		held: { type: "object", additionalProperties: { type: "integer" } },
		unreachable: names,
	},
};

/** Those of them that may be missing. */
const OPTIONAL = ["known", "min", "max", "outstanding"];

/** Names the schema of a problem: `InvalidBadge` for `invalid-badge`. */
export function problemName(code: ProblemCode): string {
	return NAMES[code];
}

const NAMES = Object.fromEntries(
	Object.keys(PROBLEMS).map((code) => [
		code,
		code.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase()),
	]),
) as Readonly<Record<ProblemCode, string>>;

/** Makes the schemas of all problems, by their names. */
export function problemSchemas(): Record<string, Schema> {
	const codes = Object.keys(PROBLEMS) as ProblemCode[];
	return Object.fromEntries(
		codes.map((code) => [problemName(code), problemSchema(code)]),
	);
}

/** Makes the schema of a problem: its type and status tell it from the others. */
function problemSchema(code: ProblemCode): Schema {
	const { status, reason } = PROBLEMS[code];
	const extra = EXTRA[code] ?? {};
	return {
		description: reason,
		type: "object",
		required: [
			"type",
			"title",
			"status",
			"detail",
			...Object.keys(extra).filter((name) => !OPTIONAL.includes(name)),
		],
		properties: {
			type: { const: `urn:problem-type:counter-gen:${code}` },
			title: { type: "string" },
			status: { const: status },
			detail: { type: "string" },
			...extra,
		},
	};
}
