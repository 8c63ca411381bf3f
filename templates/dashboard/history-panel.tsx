import { useEffect, useState } from "preact/hooks";
import type { HistoryUnit } from "../runtime/history/contract.ts";
import type { Api } from "./api.ts";
import { followAnswer } from "./follow-answer.ts";
import { many, whole } from "./format.ts";
import { askHistory, type CounterHistory, dateOf } from "./history.ts";
import { HistoryChart } from "./history-chart.tsx";

interface Props {
	api: Api;
	mount: string;
	counter: string;
	/** Kinds of buckets that are kept, the finest first. */
	units: readonly HistoryUnit[];
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/** Shows what was counted of a counter in each minute, hour or day. */
export function HistoryPanel({ api, mount, counter, units, onDenied }: Props) {
	const [by, setBy] = useState(units.at(-1) ?? "day");
	const [history, setHistory] = useState<CounterHistory>();
	const [trouble, setTrouble] = useState("");
	const [pointed, setPointed] = useState<number>();

	useEffect(() => {
		const end = new AbortController();
		setHistory(undefined);
		setPointed(undefined);
		void followAnswer(() => askHistory(api, mount, counter, by, end.signal), {
			signal: end.signal,
			onAnswer: (answer) => {
				setTrouble("");
				setHistory(answer);
			},
			onTrouble: setTrouble,
			onDenied,
		});
		return () => end.abort();
	}, [counter, by]);

	const points = history?.points ?? [];
	const point = points[pointed ?? -1];
	const sum = points.reduce((all, { value }) => all + value, 0);
	const words = point
		? `${dateOf(point, by, true)}${point.final ? "" : ", so far"}`
		: `in ${many(points.length, by)}${history ? `, ${history.timeZone}` : ""}`;
	return (
		<section class="panel history" aria-labelledby="history-title">
			<div class="panel-head">
				<h2 id="history-title">
					<bdi>{counter}</bdi> by {by}
				</h2>
				<fieldset class="units" aria-label="Unit">
					{units.map((unit) => (
						<button
							key={unit}
							type="button"
							class="quiet"
							aria-pressed={unit === by}
							onClick={() => setBy(unit)}
						>
							{unit}
						</button>
					))}
				</fieldset>
			</div>
			{trouble !== "" && <p class="empty">{trouble}</p>}
			{history && (
				<>
					<p class="big">
						{whole(point?.value ?? sum)} <small>{words}</small>
					</p>
					<HistoryChart
						key={`${counter} ${by}`}
						history={history}
						label={`${counter}: ${whole(sum)} in ${many(points.length, by)}`}
						onPoint={setPointed}
					/>
				</>
			)}
		</section>
	);
}
