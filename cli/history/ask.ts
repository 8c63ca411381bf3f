import * as z from "zod";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { isNotFound, parseJson } from "../client/problem.ts";
import { CounterGenError } from "../errors.ts";

/** A minute, an hour or a day of a counter. */
export interface Point {
	/** By the clocks of the namespace's zone, with the offset from UTC. */
	start: string;
	value: number;
	/** Nothing is added to it any more. */
	final: boolean;
}

/** A counter over time. */
export interface CounterHistory {
	counter: string;
	by: string;
	/** IANA name. */
	timeZone: string;
	asOf: string;
	/** The oldest first, without gaps. */
	points: Point[];
}

/** Parameters of the route, as they are typed. */
export interface Question {
	by?: string;
	last?: string;
	from?: string;
	to?: string;
	format?: "csv";
}

/** Reads what the route answers. */
export const historyAnswer: z.ZodType<CounterHistory> = z.object({
	counter: z.string(),
	by: z.enum(["minute", "hour", "day"]),
	timeZone: z.string(),
	asOf: z.iso.datetime(),
	points: z.array(
		z.object({
			start: z.iso.datetime({ offset: true }),
			value: z.int(),
			final: z.boolean(),
		}),
	),
});

/**
 * Asks a namespace for a counter over time.
 *
 * @throws CounterGenError as `NamespaceClient` does, and `not-kept`
 */
export async function askHistory(
	client: NamespaceClient,
	url: string,
	counter: string,
	question: Question,
): Promise<CounterHistory> {
	const text = await ask(client, url, counter, question);
	const parsed = historyAnswer.safeParse(parseJson(text));
	if (parsed.success) return parsed.data;
	throw client.refusal("GET", routeOf(counter, question), {
		status: 200,
		headers: {},
		text,
	});
}

/** Asks for the same as lines of CSV, as the Worker writes them. */
export function askCsv(
	client: NamespaceClient,
	url: string,
	counter: string,
	question: Question,
): Promise<string> {
	return ask(client, url, counter, { ...question, format: "csv" });
}

async function ask(
	client: NamespaceClient,
	url: string,
	counter: string,
	question: Question,
): Promise<string> {
	const route = routeOf(counter, question);
	const reply = await client.request("GET", route);
	if (isSuccess(reply.status)) return reply.text;
	if (isNotFound(reply.text))
		throw new CounterGenError({
			code: "not-kept",
			what: `${url} does not keep what was counted when`,
			fix: "write `history: { day: 400d }` into this namespace in counters.yaml, and deploy it; it begins then",
		});
	throw client.refusal("GET", route, reply);
}

/** Writes the route of a question. */
export function routeOf(counter: string, question: Question): string {
	const query = new URLSearchParams({ ...question });
	return `/history/${encodeURIComponent(counter)}${query.size > 0 ? `?${query}` : ""}`;
}
