import { useEffect, useState } from "preact/hooks";
import type { HistoryUnit } from "../runtime/history/contract.ts";
import type { Api } from "./api.ts";
import { many, whole } from "./format.ts";
import { askHistory, dateOf } from "./history.ts";
import { HistoryChart } from "./history-chart.tsx";
import { UnitButtons } from "./unit-buttons.tsx";
import { useAnswer } from "./use-answer.ts";

interface Props {
	api: Api;
	mount: string;
	counter: string;
	total: number | undefined;
	/** Kinds of buckets that are kept, the finest first. */
	units: readonly HistoryUnit[];
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/** Shows what was counted of a counter in each minute, hour or day. */
export function HistoryPanel({
	api,
	mount,
	counter,
	total,
	units,
	onDenied,
}: Props) {
	const [by, setBy] = useState(units.at(-1) ?? "day");
	const [pointed, setPointed] = useState<number>();

	const about = `${counter} ${by}`;
	const [history, trouble] = useAnswer(
		(signal) => askHistory(api, mount, counter, by, signal),
		about,
		total,
		onDenied,
	);
	useEffect(() => setPointed(undefined), [about]);

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
				<UnitButtons label="Unit" units={units} chosen={by} onChoose={setBy} />
			</div>
			{trouble !== "" && <p class="empty">{trouble}</p>}
			{history && (
				<>
					<p class="big">
						{whole(point?.value ?? sum)} <small>{words}</small>
					</p>
					<HistoryChart
						key={about}
						history={history}
						label={`${counter}: ${whole(sum)} in ${many(points.length, by)}`}
						onPoint={setPointed}
					/>
				</>
			)}
		</section>
	);
}
