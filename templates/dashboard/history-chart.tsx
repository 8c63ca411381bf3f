import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { short } from "./format.ts";
import { type CounterHistory, dateOf } from "./history.ts";
import { axisOf, colorsOf, sizeOf, useRedrawn, WHOLE_STEPS } from "./plot.ts";

/** Height of the scale, by the highest bar … */
const HEADROOM = 1.1;

/** … and its least height: a single count is no tower. */
const LEAST_COUNTS = 4;

interface Props {
	history: CounterHistory;
	/** Words for those who do not see it. */
	label: string;
	/** Is told the index of the bar under the pointer, and nothing once it left. */
	onPoint(index: number | undefined): void;
}

/** Draws a bar for each minute, hour or day. */
export function HistoryChart({ history, label, onPoint }: Props) {
	const place = useRef<HTMLDivElement>(null);
	const shown = useRef(history);
	shown.current = history;
	const plot = useRedrawn(
		place,
		(box) =>
			new uPlot(options(box, shown, onPoint), dataOf(shown.current), box),
	);
	useEffect(() => plot.current?.setData(dataOf(history)), [history]);
	return <div ref={place} class="plot" role="img" aria-label={label} />;
}

/** Bars stand side by side, however long their hours and days are. */
function dataOf({ points }: CounterHistory): uPlot.AlignedData {
	return [points.map((_, n) => n), points.map(({ value }) => value)];
}

function options(
	box: Element,
	shown: { readonly current: CounterHistory },
	onPoint: Props["onPoint"],
): uPlot.Options {
	const color = colorsOf(box);
	const axis = axisOf(box);
	const dateAt = (n: number) => {
		const { points, by } = shown.current;
		const point = points[n];
		return point ? dateOf(point, by) : "";
	};
	return {
		...sizeOf(box),
		legend: { show: false },
		cursor: { y: false, drag: { x: false, y: false }, points: { show: false } },
		scales: {
			x: { time: false, range: (_, min, max) => [min - 0.5, max + 0.5] },
			y: {
				range: (_, min, max) => [
					Math.min(0, min),
					Math.max(max * HEADROOM, LEAST_COUNTS),
				],
			},
		},
		axes: [
			{
				...axis,
				grid: { show: false },
				incrs: WHOLE_STEPS,
				space: 60,
				size: 28,
				values: (_, indices) => indices.map(dateAt),
			},
			{
				...axis,
				incrs: WHOLE_STEPS,
				size: 48,
				values: (_, values) => values.map(short),
			},
		],
		series: [
			{},
			{
				stroke: color("--accent"),
				fill: color("--accent-soft"),
				width: 1,
				points: { show: false },
				...(uPlot.paths.bars && {
					paths: uPlot.paths.bars({ size: [0.8, 48] }),
				}),
			},
		],
		hooks: { setCursor: [({ cursor: { idx } }) => onPoint(idx ?? undefined)] },
	};
}
