import { useState } from "preact/hooks";
import type { HistoryUnit } from "../runtime/history/contract.ts";
import { type Api, under } from "./api.ts";
import { whole } from "./format.ts";
import { UnitButtons } from "./unit-buttons.tsx";
import { useAnswer } from "./use-answer.ts";

/** Counters that are shown. */
const SHOWN = 10;

type Kind = HistoryUnit | "total";

const HEADINGS: Readonly<Record<Kind, string>> = {
	minute: "Most counted this minute",
	hour: "Most counted this hour",
	day: "Most counted today",
	total: "Highest totals",
};

interface Top {
	/** Missing of totals. */
	timeZone?: string;
	top: readonly { counter: string; value: number }[];
}

interface Props {
	api: Api;
	mount: string;
	/** Kinds of buckets that are kept, the finest first. */
	units: readonly HistoryUnit[];
	/** Highest totals that are published; 0 is none. */
	published: number;
	/** Sum of all totals. */
	sum: number | undefined;
	/** Counter that the chart shows. */
	picked: string | undefined;
	onPick(name: string): void;
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/**
 * Lists what was counted most in the minute, hour or day under way, and the
 * highest totals as they were published.
 */
export function TopPanel({
	api,
	mount,
	units,
	published,
	sum,
	picked,
	onPick,
	onDenied,
}: Props) {
	const [by, setBy] = useState<Kind>(units.at(-1) ?? "total");
	const query =
		by === "total"
			? `limit=${Math.min(SHOWN, published)}`
			: `by=${by}&limit=${SHOWN}`;
	const path = under(mount, `top?${query}`);
	const [answer, trouble] = useAnswer(
		async (signal) => (await api.get<Top>(path, signal)).data,
		path,
		sum,
		onDenied,
	);

	const kinds: readonly Kind[] = published > 0 ? [...units, "total"] : units;
	const most = Math.max(...(answer?.top ?? []).map(({ value }) => value));
	return (
		<section class="panel top-now" aria-labelledby="top-title">
			<div class="panel-head">
				<h2 id="top-title">{HEADINGS[by]}</h2>
				<UnitButtons label="Time" units={kinds} chosen={by} onChoose={setBy} />
			</div>
			{trouble !== "" && <p class="empty">{trouble}</p>}
			{answer?.top.length === 0 && (
				<p class="empty">
					Nothing yet
					{answer.timeZone && `, by the clocks of ${answer.timeZone}`}.
				</p>
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
