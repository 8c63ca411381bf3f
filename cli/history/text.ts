import type { Writable } from "node:stream";
import { barChart } from "../ui/bars.ts";
import type { Style } from "../ui/style.ts";
import { printable } from "../ui/text.ts";
import type { CounterHistory, Point } from "./ask.ts";

/** Words a counter over time, with bars in a terminal and the sum below. */
export function historyText(
	url: string,
	{ counter, by, timeZone, asOf, points }: CounterHistory,
	stdout: Writable & { isTTY?: boolean; columns?: number },
	style: Style,
): string {
	const offsets = new Set(points.map(({ start }) => offsetOf(start)));
	const sum = points.reduce((all, { value }) => all + BigInt(value), 0n);
	const chart = barChart(
		[
			...points.map((point) => ({
				words: [
					dateOf(point, by, offsets.size > 1),
					`${point.value}`,
					point.final ? "" : "so far",
				],
				value: point.value,
			})),
			{ words: ["total", `${sum}`, ""], value: 0 },
		],
		stdout,
	);
	return `${style("bold", `${printable(counter)}, ${url}`)}\n\nby ${by}, ${timeZone}, as of ${asOf}\n${chart}`;
}

/** Shows when it began; hours that come twice differ in the offset alone. */
function dateOf({ start }: Point, by: string, hasOffset: boolean): string {
	const [date = "", time = ""] = start.split("T");
	if (by === "day") return date;
	const clock = `${date} ${time.slice(0, "00:00".length)}`;
	return hasOffset ? `${clock} ${offsetOf(start)}` : clock;
}

function offsetOf(start: string): string {
	return /Z$|[+-]\d\d:\d\d$/.exec(start)?.[0] ?? "";
}
