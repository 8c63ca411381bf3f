import { LineChart } from "echarts/charts";
import {
	GridComponent,
	MarkLineComponent,
	TitleComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Growth, Point } from "./growth.ts";
import { number } from "./table.ts";

echarts.use([
	GridComponent,
	LineChart,
	MarkLineComponent,
	SVGRenderer,
	TitleComponent,
]);

const WIDTH_PX = 760;
const HEIGHT_PX = 300;

/** Both read well on a white and on a dark page. */
const INK = "#768390";
const LINE = "#3b82d6";

/** The growth curves as an SVG: medians, and quartiles beside them. */
export function growthChart({ shards, names }: Growth): string {
	const chart = echarts.init(null, null, {
		renderer: "svg",
		ssr: true,
		width: WIDTH_PX,
		height: HEIGHT_PX,
	});
	const highest = Math.max(
		...[...shards, ...names].map(({ times }) => times.high),
	);
	// One scale for both, in steps of the grid.
	const max = Math.ceil(highest * 5) / 5;
	const panels = [
		panel(0, max, shards, "by shards (10 names)", "shards"),
		panel(1, max, names, "by names (1 shard)", "names"),
	];
	chart.setOption({
		animation: false,
		textStyle: { color: INK, fontFamily: "system-ui, sans-serif" },
		title: panels.map(({ title }) => title),
		grid: panels.map(({ grid }) => grid),
		xAxis: panels.map(({ xAxis }) => xAxis),
		yAxis: panels.map(({ yAxis }) => yAxis),
		series: panels.flatMap(({ series }) => series),
	});
	const svg = chart.renderToSVGString();
	chart.dispose();
	return svg;
}

function panel(
	at: number,
	max: number,
	points: readonly Point[],
	text: string,
	name: string,
) {
	const left = 60 + (at * WIDTH_PX) / 2;
	const axis = { nameLocation: "middle", nameTextStyle: { color: INK } };
	const line = (type: "low" | "median" | "high") => ({
		type: "line",
		xAxisIndex: at,
		yAxisIndex: at,
		data: points.map(({ times }) => times[type]),
		color: LINE,
		symbolSize: type === "median" ? 7 : 0,
		symbol: type === "median" ? "circle" : "none",
		lineStyle: type === "median" ? { width: 2 } : { width: 1, type: "dotted" },
	});
	return {
		title: {
			text,
			left,
			top: 4,
			textStyle: { color: INK, fontSize: 13, fontWeight: "normal" },
		},
		grid: { left, width: WIDTH_PX / 2 - 85, top: 36, bottom: 52 },
		xAxis: {
			...axis,
			type: "category",
			gridIndex: at,
			name,
			nameGap: 30,
			data: points.map(({ size }) => number(size)),
			axisLabel: { color: INK },
			axisLine: { lineStyle: { color: INK } },
		},
		yAxis: {
			...axis,
			type: "value",
			gridIndex: at,
			name: `increments/s, times those with ${points[0]?.size}`,
			nameGap: 36,
			min: 0,
			max,
			axisLabel: { color: INK },
			splitLine: { lineStyle: { color: INK, opacity: 0.25 } },
		},
		series: (["low", "median", "high"] as const).map(line),
	};
}
