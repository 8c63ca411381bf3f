import * as z from "zod";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { isNotFound, parseJson } from "../client/problem.ts";
import { CounterGenError } from "../errors.ts";

/** The counters with the highest totals, the highest first. */
export interface Top {
	top: { counter: string; value: number }[];
	/** null before the first publication to KV. */
	asOf: string | null;
	/** Set for those of a minute, hour or day: by the clocks of the namespace's zone. */
	start?: string | undefined;
}

/** Parameters of the route, as they are typed. */
export interface TopQuestion {
	limit?: string;
	by?: string;
	at?: string;
}

const answer: z.ZodType<Top> = z.object({
	top: z.array(z.object({ counter: z.string(), value: z.int() })),
	asOf: z.iso.datetime().nullable().default(null),
	start: z.iso.datetime({ offset: true }).optional(),
});

/**
 * Asks a namespace for its highest counters.
 *
 * @throws CounterGenError as `NamespaceClient` does, and `not-kept`
 */
export async function askTop(
	client: NamespaceClient,
	url: string,
	question: TopQuestion,
): Promise<Top> {
	const query = new URLSearchParams({ ...question });
	const route = `/top${query.size > 0 ? `?${query}` : ""}`;
	const reply = await client.request("GET", route);
	const parsed = answer.safeParse(parseJson(reply.text));
	if (isSuccess(reply.status) && parsed.success) return parsed.data;
	const needed = question.by ? "history" : "top";
	if (isNotFound(reply.text) && question.by)
		throw new CounterGenError({
			code: "not-kept",
			what: `${url} keeps no history`,
			fix: "write `history: { day: 400d }` into this namespace in counters.yaml, and deploy it; it begins then",
		});
	if (isNotFound(reply.text))
		throw new CounterGenError({
			code: "not-kept",
			what: `${url} does not publish its highest counters`,
			fix: "write `top: 10` into this namespace in counters.yaml, and deploy it; `counter-gen status` reads all totals instead",
		});
	throw client.refusal(
		"GET",
		route,
		reply,
		`see \`${needed}\` in counters.yaml`,
	);
}
