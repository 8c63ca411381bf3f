import { useEffect, useState } from "preact/hooks";
import type { HistoryUnit } from "../runtime/history/contract.ts";
import { type Api, under } from "./api.ts";
import { followAnswer } from "./follow-answer.ts";
import { whole } from "./format.ts";

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
	const [answer, setAnswer] = useState<Top>();
	const [trouble, setTrouble] = useState("");

	useEffect(() => {
		const end = new AbortController();
		const path = under(mount, `top?by=${by}&limit=${SHOWN}`);
		setAnswer(undefined);
		void followAnswer(async () => (await api.get<Top>(path, end.signal)).data, {
			signal: end.signal,
			onAnswer: (answer) => {
				setTrouble("");
				setAnswer(answer);
			},
			onTrouble: setTrouble,
			onDenied,
		});
		return () => end.abort();
	}, [by]);

	const most = Math.max(...(answer?.top ?? []).map(({ value }) => value));
	return (
		<section class="panel top-now" aria-labelledby="top-title">
			<div class="panel-head">
				<h2 id="top-title">Most counted {NOW[by]}</h2>
				<fieldset class="units" aria-label="Time">
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
