import { useState } from "preact/hooks";
import type { HistoryUnit } from "../runtime/history/contract.ts";
import { type Api, under } from "./api.ts";
import { whole } from "./format.ts";
import { UnitButtons } from "./unit-buttons.tsx";
import { useAnswer } from "./use-answer.ts";

/** Counters that are shown. */
const SHOWN = 10;

const NOW: Readonly<Record<HistoryUnit, string>> = {
	minute: "this minute",
	hour: "this hour",
	day: "today",
};

interface Top {
	timeZone: string;
	top: readonly { counter: string; value: number }[];
}

interface Props {
	api: Api;
	mount: string;
	/** Kinds of buckets that are kept, the finest first. */
	units: readonly HistoryUnit[];
	/** Counter that the chart shows. */
	picked: string | undefined;
	onPick(name: string): void;
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/** Lists what was counted most in the minute, hour or day under way. */
export function TopPanel({
	api,
	mount,
	units,
	picked,
	onPick,
	onDenied,
}: Props) {
	const [by, setBy] = useState(units.at(-1) ?? "day");
	const path = under(mount, `top?by=${by}&limit=${SHOWN}`);
	const [answer, trouble] = useAnswer(
		async (signal) => (await api.get<Top>(path, signal)).data,
		path,
		onDenied,
	);

	const most = Math.max(...(answer?.top ?? []).map(({ value }) => value));
	return (
		<section class="panel top-now" aria-labelledby="top-title">
			<div class="panel-head">
				<h2 id="top-title">Most counted {NOW[by]}</h2>
				<UnitButtons label="Time" units={units} chosen={by} onChoose={setBy} />
			</div>
			{trouble !== "" && <p class="empty">{trouble}</p>}
			{answer?.top.length === 0 && (
				<p class="empty">Nothing yet, by the clocks of {answer.timeZone}.</p>
			)}
			<ol>
				{answer?.top.map(({ counter, value }) => (
					<li key={counter} class={counter === picked ? "is-picked" : ""}>
						<button
							type="button"
							class="pick"
							aria-pressed={counter === picked}
							title="Show in the chart"
							onClick={() => onPick(counter)}
						>
							<bdi>{counter}</bdi>
						</button>
						<span class="number">{whole(value)}</span>
						<div class="bar">
							<span
								style={{
									transform: `scaleX(${most > 0 ? Math.max(0, value) / most : 0})`,
								}}
							/>
						</div>
					</li>
				))}
			</ol>
		</section>
	);
}
