import type { Api } from "./api.ts";
import { whole } from "./format.ts";
import { askLimit, boundsIn, type Limit } from "./limit.ts";
import { Meter } from "./meter.tsx";
import { useAnswer } from "./use-answer.ts";

interface Props {
	api: Api;
	mount: string;
	counter: string;
	total: number | undefined;
	/** Is told that the token opens nothing any more. */
	onDenied(): void;
}

/** Shows how much of its bounds a counter has used, and what is left. */
export function LimitPanel({ api, mount, counter, total, onDenied }: Props) {
	const [limit, trouble] = useAnswer(
		(signal) => askLimit(api, mount, counter, signal),
		counter,
		total,
		onDenied,
	);

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
