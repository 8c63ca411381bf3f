import * as z from "zod";
import { isSuccess, type NamespaceClient } from "../client/client.ts";
import { parseJson } from "../client/problem.ts";

/** Room that a counter has within its bounds. */
export interface Room {
	/** null without bounds. */
	remaining: number | null;
	per: "hour" | "day" | "month" | null;
}

const answer: z.ZodType<Room> = z.object({
	remaining: z.int().min(0).nullable(),
	per: z.enum(["hour", "day", "month"]).nullable(),
});

/**
 * Asks how much some counters have left; of none where a namespace has no `total`.
 * Asks of the others only if the first is answered. Admin.
 */
export async function roomOf(
	client: NamespaceClient,
	counters: readonly string[],
): Promise<ReadonlyMap<string, Room>> {
	const ask = async (counter: string) => {
		const route = `/limits/${encodeURIComponent(counter)}`;
		const { status, text } = await client.request("GET", route);
		const { data } = answer.safeParse(parseJson(text));
		return isSuccess(status) && data ? [[counter, data] as const] : [];
	};
	const [first, ...others] = counters;
	if (first === undefined) return new Map();
	const found = await ask(first);
	if (found.length === 0) return new Map();
	const rest = await Promise.all(others.map(ask));
	return new Map([...found, ...rest.flat()]);
}
