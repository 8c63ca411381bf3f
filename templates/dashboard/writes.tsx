import type { WriteEvent } from "../runtime/protocol.ts";
import { clock, signed, whole } from "./format.ts";

/** Counters of a write that are named. */
const NAMED_COUNTERS = 3;

const REASONS: Readonly<Record<WriteEvent["event"], string>> = {
	exceedMaxRequest: "full",
	afterNoRequest: "its time was up",
	requestWrite: "asked for",
};

/** Lists the last writes: shards' to the global object, and its own to KV. */
export function Writes({ writes }: { writes: readonly WriteEvent[] }) {
	return (
		<section class="panel writes" aria-labelledby="writes-title">
			<h2 id="writes-title">Last writes</h2>
			{writes.length === 0 ? (
				<p class="empty">Nothing was written yet.</p>
			) : (
				<ol>
					{writes.map((write, n) => (
						<li key={`${write.timestamp} ${write.shardName} ${n}`}>
							<time dateTime={new Date(write.timestamp).toISOString()}>
								{clock(write.timestamp)}
							</time>
							<span>
								<b>
									{write.cmd === "writeToKV"
										? "global → KV"
										: `${write.shardName} → global`}
								</b>{" "}
								<small>{REASONS[write.event]}</small>
								{write.cmd === "writeToGlobal" && (
									<span class="deltas">{deltas(write.counters)}</span>
								)}
							</span>
						</li>
					))}
				</ol>
			)}
		</section>
	);
}

function deltas(counters: Record<string, number>): string {
	const all = Object.entries(counters);
	const named = all
		.slice(0, NAMED_COUNTERS)
		.map(([name, delta]) => `${name} ${signed(delta)}`);
	const more = all.length - named.length;
	return [...named, ...(more > 0 ? [`${whole(more)} more`] : [])].join(", ");
}
