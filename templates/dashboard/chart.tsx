import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import { clock, short } from "./format.ts";
import { axisOf, colorsOf, sizeOf, useRedrawn, WHOLE_STEPS } from "./plot.ts";
import type { Series } from "./series.ts";

/** Time that is shown at least, lest a new chart races. */
const LEAST_SPAN_MS = 30_000;

/** Least height of the scale: a rise of 1 is no cliff. */
const LEAST_RISE_COUNTS = 4;

/** Height of the scale, by the highest rise. */
const HEADROOM = 1.1;

interface Props {
	series: Series;
	/** Rises whenever the series may have changed. */
	revision: number;
	/** Words for those who do not see it. */
	label: string;
	/** Is told the point under the pointer, and nothing once it left. */
	onPoint(point: { time: number; rise: number } | undefined): void;
}

/** Draws a rise as a line of steps. */
export function Chart({ series, revision, label, onPoint }: Props) {
	const place = useRef<HTMLDivElement>(null);
	const plot = useRedrawn(
		place,
		(box) => new uPlot(options(box, onPoint), series.line(Date.now()), box),
	);
	useEffect(
		() => plot.current?.setData(series.line(Date.now())),
		[series, revision],
	);

	return <div ref={place} class="plot" role="img" aria-label={label} />;
}

function options(box: Element, onPoint: Props["onPoint"]): uPlot.Options {
	const color = colorsOf(box);
	const axis = axisOf(box);
	return {
		...sizeOf(box),
		ms: 1,
		legend: { show: false },
		// Keeps room for half of the last moment.
		padding: [null, 40, null, null],
		cursor: { y: false, drag: { x: false, y: false }, points: { size: 8 } },
		scales: {
			x: { range: (_, min, max) => [min, Math.max(max, min + LEAST_SPAN_MS)] },
			y: {
				range: (_, min, max) => [
					Math.min(0, min),
					Math.max(max * HEADROOM, Math.min(0, min) + LEAST_RISE_COUNTS),
				],
			},
		},
		axes: [
			{ ...axis, space: 90, size: 28, values: (_, times) => times.map(clock) },
			{
				...axis,
				incrs: WHOLE_STEPS,
				size: 48,
				values: (_, rises) => rises.map(short),
			},
		],
		series: [
			{},
			{
				stroke: color("--accent"),
				fill: color("--accent-soft"),
				width: 2,
				points: { show: false },
				...(uPlot.paths.stepped && {
					paths: uPlot.paths.stepped({ align: 1 }),
				}),
			},
		],
		hooks: {
			setCursor: [
				({ cursor: { idx }, data: [times, rises] }) => {
					const [time, rise] = [times[idx ?? -1], rises?.[idx ?? -1]];
					onPoint(
						time === undefined || rise == null ? undefined : { time, rise },
					);
				},
			],
		},
	};
}
