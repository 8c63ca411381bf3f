import { DurableObject } from "cloudflare:workers";
import {
	GLOBAL_WRITES_PER_SECOND,
	SHARD_REQUESTS_PER_SECOND,
} from "../../../cli/planner/limits.ts";

/** Calls that objects of a kind have begun, since the isolate started. */
const begun = { shards: 0, global: 0 };

interface Governed {
	kind: keyof typeof begun;
	/** Moment at which the next call may begin; milliseconds since 1970. */
	next: number;
	waiting: (() => void)[];
}

const objects = new WeakMap<object, Governed>();

/** Part of what Cloudflare's objects are planned with: overload.ts sends as much of the load. */
const PART = 0.1;

const PER_SECOND = {
	shards: PART * SHARD_REQUESTS_PER_SECOND,
	global: PART * GLOBAL_WRITES_PER_SECOND,
} as const;

/** Lets a call begin once it is its turn. */
async function turn(object: Governed): Promise<void> {
	const { waiting, kind } = object;
	const now = Date.now();
	if (waiting.length > 0 || object.next > now) {
		const isFirst = waiting.length === 0;
		const begin = new Promise<void>((resolve) => waiting.push(resolve));
		if (isFirst) setTimeout(() => beginDue(object), 1);
		return begin;
	}
	object.next = now + 1_000 / PER_SECOND[kind];
	begun[kind]++;
}

/** Begins those that are due; a timer that rings late makes up for that. */
function beginDue(object: Governed): void {
	const { waiting, kind } = object;
	const now = Date.now();
	while (waiting.length > 0 && object.next <= now) {
		object.next += 1_000 / PER_SECOND[kind];
		begun[kind]++;
		waiting.shift()?.();
	}
	if (waiting.length > 0) setTimeout(() => beginDue(object), 1);
}

type Method = (...args: unknown[]) => unknown;

type ObjectClass = new (
	ctx: DurableObjectState,
	env: never,
) => DurableObject<never>;

const governed = new WeakSet<object>();

/**
 * A Durable Object class whose objects begin so many calls a second and no more, one
 * after the other: all others wait. Nothing is refused.
 */
export function wrapObject(base: ObjectClass): ObjectClass {
	let level = base.prototype;
	while (level !== DurableObject.prototype && level !== Object.prototype) {
		if (!governed.has(level)) govern(level);
		governed.add(level);
		level = Object.getPrototypeOf(level);
	}
	return class extends base {
		constructor(ctx: DurableObjectState, env: never) {
			super(ctx, env);
			const kind = ctx.id.name === "global" ? "global" : "shards";
			objects.set(this, { kind, next: 0, waiting: [] });
		}
	};
}

function govern(level: Record<string, Method>): void {
	for (const name of Object.getOwnPropertyNames(level)) {
		const { value } = Object.getOwnPropertyDescriptor(level, name) ?? {};
		if (name === "constructor" || typeof value !== "function") continue;
		const method = value as Method;
		level[name] = async function (this: object, ...args: unknown[]) {
			const object = objects.get(this);
			if (object) await turn(object);
			return method.apply(this, args);
		};
	}
}

type Handler = Required<Pick<ExportedHandler<object>, "fetch">>;

/** A Worker that tells at `/-/begun` how many calls its objects have begun. */
export function wrapWorker({ fetch }: Handler): Handler {
	return {
		fetch: (request, env, ctx) =>
			request.url.endsWith("/-/begun")
				? Response.json(begun)
				: fetch(request, env, ctx),
	};
}
