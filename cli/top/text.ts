import type { Writable } from "node:stream";
import { barChart } from "../ui/bars.ts";
import type { Style } from "../ui/style.ts";
import { printable } from "../ui/text.ts";
import type { Top } from "./ask.ts";

/** Words the highest counters, with bars in a terminal. */
export function topText(
	url: string,
	{ top, asOf, start }: Top,
	stdout: Writable & { isTTY?: boolean; columns?: number },
	style: Style,
): string {
	const moment = asOf === null ? "" : ` as of ${asOf}`;
	const rows = top.map(({ counter, value }, n) => ({
		words: [`${n + 1}`, printable(counter), `${value}`],
		value,
	}));
	const lines = rows.length > 0 ? barChart(rows, stdout) : "  none yet\n";
	return `${style("bold", url)}\n\n${start === undefined ? "highest totals" : `counted most in what began ${start},`}${moment}\n${lines}`;
}
