import { duration, whole } from "./format.ts";
import { isLate } from "./lag.tsx";
import type { Lane } from "./lanes.ts";
import { Meter } from "./meter.tsx";

interface Props {
	lanes: readonly Lane[];
	/** Threshold by time; milliseconds, 0 is never. */
	after: number;
}

/** Lists shards with what they hold. */
export function Lanes({ lanes, after }: Props) {
	return (
		<ol class="lanes">
			{lanes.map((lane) => (
				<Shard key={lane.label} lane={lane} after={after} />
			))}
		</ol>
	);
}

/** Shows what a shard holds, as a bar. */
function Shard({ lane, after }: { lane: Lane; after: number }) {
	const { label, requests, limit, lag, silent, failures } = lane;
	const holds =
		requests === 0
			? "nothing held"
			: `${whole(requests)} held, ${duration(lag)}`;
	const text =
		silent === 0
			? holds
			: lane.shards.length === 1
				? "does not answer"
				: `${silent} do not answer`;
	const late = silent > 0 || failures > 0 || isLate({ lag, after });
	return (
		<li class={late ? "lane is-late" : "lane"}>
			<span class="name">{label}</span>
			<span class="holds">{text}</span>
			<Meter
				label={`${label} holds`}
				value={requests}
				max={limit}
				text={`${text}; it flushes at ${whole(limit)}`}
				isLate={late}
			/>
		</li>
	);
}
