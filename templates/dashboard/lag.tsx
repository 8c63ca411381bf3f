import { duration, many } from "./format.ts";
import { Meter } from "./meter.tsx";

/** Lag past the threshold that is no delay: an alarm and the way take time. */
const GRACE_MS = 3_000;

interface Props {
	/** Place that is behind. */
	label: string;
	/** Age of the oldest that is not there yet; milliseconds, 0 = none. */
	lag: number;
	/** Threshold by time; milliseconds, 0 is never. */
	after: number;
	/** Attempts that failed in a row. */
	failures: number;
}

/** Tells whether something waits longer than its threshold says. */
export function isLate({ lag, after }: Pick<Props, "lag" | "after">): boolean {
	return after > 0 && lag > after + GRACE_MS;
}

/** Shows how far a place is behind, against its threshold. */
export function Lag({ label, lag, after, failures }: Props) {
	const late = isLate({ lag, after });
	const bound = after > 0 ? ` of ${duration(after)}` : ", no bound by time";
	const text = lag > 0 ? `${duration(lag)}${bound}` : "nothing waits";
	return (
		<div class="lag">
			{after > 0 && (
				<Meter
					label={label}
					value={lag}
					max={after}
					text={text}
					isLate={late}
				/>
			)}
			<p class={late ? "is-late" : ""}>
				{late ? "Late: " : ""}
				{text}
			</p>
			{failures > 0 && (
				<p class="is-late">{many(failures, "attempt")} failed in a row</p>
			)}
		</div>
	);
}
