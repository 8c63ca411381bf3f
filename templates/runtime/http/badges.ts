import type { Context } from "hono";
import { type Badge, drawBadge, plain, shieldsBadge } from "../badge/badge.ts";
import { COLOR_NAMES, colorOf } from "../badge/color.ts";
import { kvReader } from "../kv/reader.ts";
import { CounterProblem, invalid, type Problem } from "../problem.ts";
import { checkPastName } from "../settings.ts";
import type { Handle } from "./access.ts";
import { answerCached, answerProblem } from "./answer.ts";
import { readBy } from "./by.ts";
import { toProblem } from "./errors.ts";
import { idempotencyKey, replayed } from "./idempotency-key.ts";
import { pictured, wantsImage } from "./images.ts";
import type { RoutedNamespace, RoutedShard } from "./namespace.ts";

const SVG = "image/svg+xml";

const NUMBER = new Intl.NumberFormat("en");

const REFUSAL_COLOR = "e05d44";

/** Answers `GET /badge/:counter`: the total as published, 0 if never counted. */
export async function badge(
	c: Context,
	counter: RoutedNamespace,
): Promise<Response> {
	const answer = badgeAnswer(c);
	return answer(await published(c, counter));
}

/**
 * Answers `GET /hit/:counter`: counts, and shows the total as published with this
 * hit on top. If only the total cannot be read, the hit is counted all the same.
 */
export async function hit(
	shard: RoutedShard,
	c: Context,
	counter: RoutedNamespace,
): Promise<Response> {
	const answer = badgeAnswer(c);
	const by = await readBy(c);
	const key = idempotencyKey(c);
	// Reads at once: a total that is published later has this hit in it.
	const [total, counted] = await Promise.allSettled([
		published(c, counter),
		shard.increment(nameOf(c), by, key),
	]);
	if (counted.status === "rejected") throw counted.reason;
	if (total.status === "rejected") throw total.reason;
	const { repeated } = counted.value;
	const { MIN_SAFE_INTEGER, MAX_SAFE_INTEGER } = Number;
	const sum = total.value + (repeated ? 0 : by);
	// Where numbers are not exact any more a total stops.
	const shown = Math.min(Math.max(sum, MIN_SAFE_INTEGER), MAX_SAFE_INTEGER);
	return answer(shown, replayed(repeated));
}

/** Stands for `hit` where GET does not count. */
export async function hitOff(): Promise<never> {
	throw new CounterProblem({
		code: "not-found",
		status: 404,
		title: "There is nothing here",
		detail:
			"/hit counts by GET, and only POST counts here: write `methods: [GET, POST]` for this namespace in counters.yaml",
	});
}

/**
 * Has a handler of badges draw why it refuses, where an image is asked for:
 * browsers show one whatever the status.
 */
export function drawn(handle: Handle): Handle {
	return async (c) => {
		try {
			return await handle(c);
		} catch (error) {
			if (!wantsImage(c)) throw error;
			const problem = toProblem(error as Error);
			return pictured(answerProblem(problem), drawProblem(problem, c), SVG);
		}
	};
}

function drawProblem({ code, detail }: Problem, c: Context): string {
	return drawBadge({
		label: labelOf(c),
		message: code,
		color: REFUSAL_COLOR,
		title: detail,
	});
}

/** Answers a badge of a total. */
type BadgeAnswer = (
	total: number,
	headers?: Readonly<Record<string, string>>,
) => Promise<Response>;

/**
 * Reads how a badge is to look, before anything is counted.
 *
 * @throws CounterProblem (400) if it cannot look so
 */
function badgeAnswer(c: Context): BadgeAnswer {
	checkPastName(nameOf(c));
	const color = colorOf(c.req.query("color") ?? "blue");
	if (color === undefined)
		throw invalid(
			"invalid-badge",
			`\`color\` is 3 or 6 hexadecimal digits, or one of ${COLOR_NAMES.join(", ")}`,
		);
	const format = c.req.query("format") ?? "svg";
	if (format !== "svg" && format !== "shields")
		throw invalid("invalid-badge", "`format` is svg or shields");
	const look = { label: labelOf(c), color };
	return (total, headers) => {
		const badge: Badge = { ...look, message: NUMBER.format(total) };
		return format === "svg"
			? answerCached(c, drawBadge(badge), { ...headers, "Content-Type": SVG })
			: answerCached(c, `${JSON.stringify(shieldsBadge(badge))}\n`, {
					...headers,
					"Content-Type": "application/json",
				});
	};
}

async function published(
	c: Context,
	counter: RoutedNamespace,
): Promise<number> {
	const { value = 0 } = await kvReader(c.env, counter).total(nameOf(c));
	return value;
}

function nameOf(c: Context): string {
	return c.req.param("counter") ?? "";
}

function labelOf(c: Context): string {
	return plain(c.req.query("label") ?? nameOf(c));
}
