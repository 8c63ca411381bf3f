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
				why: WHY[one.what],
				fix: `set ${Object.entries(one.enough)
					.map(
						([key, value]) => `\`${key}\` to at least ${written(key, value)}`,
					)
					.join(" and ")}`,
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

function whatOf({ what, asked, most }: Shortfall): string {
	const [is, may] = [amount(asked), amount(most)];
	if (what === "shards")
		return `each shard has to take ${is} requests/s, and is good for ${may}`;
	if (what === "global")
		return `the global object has to take ${is} batches/s, and is good for ${may}`;
	if (what === "viewers") return `there are ${is} viewers, and room for ${may}`;
	return `there are ${is} counters, and room for ${may}`;
}

/** Writes a value as counters.yaml has it. */
function written(key: string, value: number): string {
	return key.endsWith("After") ? formatDuration(value) : amount(value);
}
