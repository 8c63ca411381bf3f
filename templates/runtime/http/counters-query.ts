import { invalid } from "../problem.ts";
import { wholeNumber } from "./by.ts";

/**
 * Matches what mailers, networks and advertisers add to the links that they
 * pass on; some of it has numbers for values.
 */
const TRACKING =
	/^(?:(?:utm|mtm|hsa|gad)_.*|_g[al]|_hs(?:enc|mi)|(?:fb|g|d|tw|tt|y|ys)clid|gclsrc|[gw]braid|srsltid|msclkid|igshid|igsh|li_fat_id|mc_[ce]id|mkt_tok|rdt_cid|sccid|epik|irclickid|s_kwcid)$/i;

/**
 * Reads counters and numbers from the query of a link, but for its idempotency
 * key. What others added to the link does not count: a parameter of theirs, or a
 * value that is no number.
 *
 * @throws CounterProblem (400) if a counter stands there twice, or its number is
 * not whole
 */
export function queryCounters(url: string): Record<string, number> {
	const at = url.indexOf("?");
	// Two Host headers make a URL that cannot be parsed as a whole.
	const query = new URLSearchParams(at < 0 ? "" : url.slice(at));
	const counters = [...query].filter(
		([name, by]) =>
			name !== "key" && !TRACKING.test(name) && !Number.isNaN(Number(by)),
	);
	if (new Set(counters.map(([name]) => name)).size < counters.length)
		throw invalid("invalid-entries", "The query must have each counter once");
	return Object.fromEntries(
		counters.map(([name, by]) => [name, wholeNumber(by, JSON.stringify(name))]),
	);
}
