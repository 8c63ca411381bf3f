import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { parseJson } from "../client/problem.ts";
import { historyAnswer, routeOf } from "./ask.ts";

/**
 * Asks what was counted of some counters in the current hour or day; of none where a
 * namespace does not keep that. Asks of the others only if the first is answered.
 */
export async function currentOf(
	client: NamespaceClient,
	counters: readonly string[],
	by: "hour" | "day",
): Promise<ReadonlyMap<string, number>> {
	const ask = async (counter: string) => {
		const reply = await client.request(
			"GET",
			routeOf(counter, { by, last: "1" }),
		);
		if (!isSuccess(reply.status)) return [];
		const { data } = historyAnswer.safeParse(parseJson(reply.text));
		const value = data?.points.at(-1)?.value;
		return value === undefined ? [] : [[counter, value] as const];
	};
	const [first, ...others] = counters;
	if (first === undefined) return new Map();
	const found = await ask(first);
	if (found.length === 0) return new Map();
	const rest = await Promise.all(others.map(ask));
	return new Map([...found, ...rest.flat()]);
}
