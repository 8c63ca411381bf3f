import { formatDuration } from "../config/duration.ts";
import type { Diagnostic } from "../errors.ts";
import type { Plan } from "../planner/plan.ts";
import type { Shortfall } from "../planner/shortfall.ts";
import { amount } from "./units.ts";

/** Reports what falls behind at the peak, with what suffices. */
export function shortfallDiagnostics({ namespaces }: Plan): Diagnostic[] {
	return namespaces.flatMap(({ namespace, load, shortfalls }) =>
		shortfalls.map(
			(one): Diagnostic => ({
				code: one.what === "counters" ? "too-few-counters" : "falls-behind",
				what: `\`${namespace.key}\` at ${amount(load.peak)} requests/s: ${whatOf(one)}`,
				why: whyOf(one),
				fix: fixOf(one),
			}),
		),
	);
}

const WHY: Readonly<Record<Shortfall["what"], string>> = {
	shards: "Cloudflare answers some of them with an error",
	global: "shards then hold counts back, and totals lag",
	viewers: "further ones are refused",
	counters: "a new one past that is refused; those that are known go on",
};

const BORROWERS_WAIT =
	"increments that borrow then wait for it, shards hold counts back, and totals lag";

function whyOf({ what, borrowing = 0 }: Shortfall): string {
	return borrowing === 0 ? WHY[what] : BORROWERS_WAIT;
}

function fixOf({ what, enough }: Shortfall): string {
	const keys = Object.entries(enough).map(([key, value]) => {
		const isFewer = what === "global" && key === "shardCount";
		return `\`${key}\` to at ${isFewer ? "most" : "least"} ${written(key, value)}`;
	});
	return keys.length === 0
		? "divide its counters among several namespaces"
		: `set ${keys.join(" and ")}`;
}

function whatOf({ what, asked, most, borrowing = 0 }: Shortfall): string {
	const [is, may] = [amount(asked), amount(most)];
	if (what === "shards")
		return `each shard has to take ${is} requests/s, and is good for ${may}`;
	if (what === "global")
		return borrowing === 0
			? `the global object has to take ${is} batches/s, and is good for ${may}`
			: `the global object has to take ${is} calls/s, by ${amount(borrowing)} of which shards borrow from limits, and is good for ${may}`;
	if (what === "viewers") return `there are ${is} viewers, and room for ${may}`;
	return `there are ${is} counters, and room for ${may}`;
}

/** Writes a value as counters.yaml has it. */
function written(key: string, value: number): string {
	return key.endsWith("After") ? formatDuration(value) : amount(value);
}
