import { type Api, under } from "./api.ts";
import { whole } from "./format.ts";

/** Bounds of a counter, and how much of them is used; null for none. */
export interface Limit {
	min: number | null;
	max: number | null;
	per: "hour" | "day" | "month" | null;
	used: number;
	remaining: number | null;
	/** ISO 8601. */
	resetsAt: string | null;
	/** It was set for this counter alone. */
	own: boolean;
}

const MOMENT = new Intl.DateTimeFormat(undefined, {
	dateStyle: "medium",
	timeStyle: "short",
});

/** Asks for the bounds of a counter. */
export async function askLimit(
	api: Api,
	mount: string,
	counter: string,
	signal: AbortSignal,
): Promise<Limit> {
	const path = `limits/${encodeURIComponent(counter)}`;
	const { data } = await api.get<Limit>(under(mount, path), signal);
	return data;
}

/** Says what the bounds are, and until when. */
export function boundsIn({ min, max, per, resetsAt, own }: Limit): string {
	const bounds = [
		...(min === null ? [] : [`at least ${whole(min)}`]),
		...(max === null ? [] : [`at most ${whole(max)}`]),
	].join(" and ");
	const when =
		per === null || resetsAt === null
			? ""
			: ` this ${per}, until ${MOMENT.format(new Date(resetsAt))}`;
	return `${bounds}${when}${own ? "; set for this counter" : ""}`;
}
