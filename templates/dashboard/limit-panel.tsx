import { useEffect, useState } from "preact/hooks";
import type { Api } from "./api.ts";
import { followAnswer } from "./follow-answer.ts";
import { whole } from "./format.ts";
import { askLimit, boundsIn, type Limit } from "./limit.ts";
import { Meter } from "./meter.tsx";

interface Props {
	api: Api;
	mount: string;
	counter: string;
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/** Shows how much of its bounds a counter has used, and what is left. */
export function LimitPanel({ api, mount, counter, onDenied }: Props) {
	const [limit, setLimit] = useState<Limit>();
	const [trouble, setTrouble] = useState("");

	useEffect(() => {
		const end = new AbortController();
		setLimit(undefined);
		void followAnswer(() => askLimit(api, mount, counter, end.signal), {
			signal: end.signal,
			onAnswer: (answer) => {
				setTrouble("");
				setLimit(answer);
			},
			onTrouble: setTrouble,
			onDenied,
		});
		return () => end.abort();
	}, [counter]);

	return (
		<section class="panel limit" aria-labelledby="limit-title">
			<div class="panel-head">
				<h2 id="limit-title">
					Limit of <bdi>{counter}</bdi>
				</h2>
			</div>
			{trouble !== "" && <p class="empty">{trouble}</p>}
			{limit && <Use limit={limit} />}
		</section>
	);
}

function Use({ limit }: { limit: Limit }) {
	const { min, max, used, remaining } = limit;
	const least = min ?? 0;
	return (
		<>
			<p class="big">
				{whole(remaining ?? 0)} <small>left, {whole(used)} used</small>
			</p>
			{max !== null && (
				<Meter
					label="Used"
					value={used - least}
					max={max - least}
					text={`${whole(used)} of ${whole(max)}`}
					isLate={remaining === 0}
				/>
			)}
			<p class="about">{boundsIn(limit)}</p>
		</>
	);
}
