import type { Billed } from "../planner/prices.ts";

/** Names of what is billed, as Cloudflare's pages have them, with their unit. */
export const LINES: Readonly<Record<Billed, string>> = {
	workerRequests: "Worker requests",
	workerCpu: "Worker CPU ms",
	objectRequests: "object requests",
	objectDuration: "object GB-s",
	rowsRead: "rows read",
	rowsWritten: "rows written",
	objectStorage: "object GB stored",
	kvReads: "KV reads",
	kvWrites: "KV writes",
	kvDeletes: "KV deletes",
	kvStorage: "KV GB stored",
	queueOperations: "queue operations",
};

const integers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const digits = new Intl.NumberFormat("en", { maximumSignificantDigits: 2 });

/** Writes an amount: whole, or the first two digits of a small one. */
export function amount(value: number): string {
	return Math.abs(value) < 10 && !Number.isInteger(value)
		? digits.format(value)
		: integers.format(value);
}

export function dollars(value: number): string {
	return value.toLocaleString("en", {
		minimumFractionDigits: 2,
		maximumFractionDigits: 2,
	});
}

/** Writes a time in seconds as people say it. */
export function time(seconds: number): string {
	if (seconds === Infinity) return "never";
	if (seconds < 0.0995) return `${Math.round(seconds * 1_000)} ms`;
	if (seconds < 119.5) return `${seconds.toFixed(1)} s`;
	if (seconds < 7_170) return `${Math.round(seconds / 60)} min`;
	return `${(seconds / 3_600).toFixed(1)} h`;
}

/** Writes a moment of a day, by the hours since its beginning. */
export function clock(hours: number): string {
	const minutes = Math.floor(hours * 60);
	const two = (value: number) => String(value).padStart(2, "0");
	return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Writes a part; of what is next to nothing, that it is. */
export function percent(part: number): string {
	if (part > 0 && part < 0.0001) return "under 0.01%";
	return `${part < 0.095 ? digits.format(part * 100) : Math.round(part * 100)}%`;
}
