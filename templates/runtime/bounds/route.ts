import type { Context } from "hono";
import { invalid } from "../problem.ts";
import type {
	CounterLimit,
	LimitRoutes,
	Limits,
	LimitsDoor,
} from "./contract.ts";

/** Answers `/limits/:counter`: reads, sets or drops the bounds of one counter. */
export function limitRoutes(door: LimitsDoor): LimitRoutes {
	const route = (ask: (c: Context, counter: string) => Promise<CounterLimit>) =>
		door.admin(async (c) =>
			door.answer(shown(await ask(c, c.req.param("counter") ?? ""))),
		);
	return {
		GET: route((c, counter) => door.global(c.env).limit(counter)),
		PUT: route(async (c, counter) =>
			door.global(c.env).setLimit(counter, parseBounds(await door.text(c))),
		),
		DELETE: route((c, counter) => door.global(c.env).dropLimit(counter)),
	};
}

/** Shows a limit with every member, null where there is none. */
function shown({ resetsAt, ...limit }: CounterLimit): object {
	const { counter, min, max, per, used, remaining, own } = limit;
	return {
		counter,
		min: min ?? null,
		max: max ?? null,
		per: per ?? null,
		used,
		remaining: remaining ?? null,
		resetsAt: resetsAt === undefined ? null : new Date(resetsAt).toISOString(),
		own,
	};
}

/** Reads the body of a PUT; others check its numbers. */
function parseBounds(text: string): Limits {
	const { min, max, ...others } = parseObject(text);
	const [other] = Object.keys(others);
	if (other !== undefined)
		throw invalid(
			"invalid-bounds",
			`${JSON.stringify(other)} is no bound: there are \`min\` and \`max\``,
		);
	return { ...bound("min", min), ...bound("max", max) };
}

function parseObject(text: string): Record<string, unknown> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		throw invalid("invalid-body", "The body is not JSON");
	}
	if (typeof value === "object" && value !== null && !Array.isArray(value))
		return value as Record<string, unknown>;
	throw invalid(
		"invalid-body",
		'The body must be a JSON object of `min`, `max` or both, such as {"max": 100}',
	);
}

/** Takes null for none, as answers have it. */
function bound(name: "min" | "max", value: unknown): Limits {
	if (value === undefined || value === null) return {};
	if (typeof value === "number") return { [name]: value };
	throw invalid(
		"invalid-bounds",
		`\`${name}\` must be a number, without quotes, or null for none`,
	);
}
