import { useState } from "preact/hooks";
import { Chart } from "./chart.tsx";
import { clock, signed } from "./format.ts";
import type { Series } from "./series.ts";

interface Props {
	/** Name of the counter, or of all. */
	title: string;
	series: Series | undefined;
	/** Rises with each reading. */
	revision: number;
	/** Goes back to all counters; missing if these are shown. */
	onAll?: () => void;
}

/** Shows how a total rose since the page was opened. */
export function ChartPanel({ title, series, revision, onAll }: Props) {
	const [pointed, setPointed] = useState<{ time: number; rise: number }>();
	const rise = signed(pointed?.rise ?? series?.rise ?? 0);
	return (
		<section class="panel chart" aria-labelledby="chart-title">
			<div class="panel-head">
				<h2 id="chart-title">
					<bdi>{title}</bdi>
				</h2>
				{onAll && (
					<button type="button" class="quiet" onClick={onAll}>
						Show all counters
					</button>
				)}
			</div>
			<p class="big">
				{rise}
				<small>
					{" "}
					{pointed
						? `until ${clock(pointed.time)}`
						: "since you opened this page"}
				</small>
			</p>
			{series && (
				<Chart
					key={title}
					series={series}
					revision={revision}
					label={`${title}: ${rise} since you opened this page`}
					onPoint={setPointed}
				/>
			)}
		</section>
	);
}
