import { Pool } from "undici";
import { Tally } from "../../cli/load/tally.ts";

export interface Shot {
	method: "GET" | "POST";
	path: string;
	headers?: Record<string, string>;
	body?: string;
}
/** TEMPORARY until cli/load has it. */
export async function drive(
	origin: string,
	next: (n: number) => Shot,
	{
		concurrency,
		seconds,
		rate,
		requests,
	}: {
		concurrency: number;
		seconds?: number;
		requests?: number;
		rate?: number;
	},
	{ signal }: { signal: AbortSignal; timeoutMs: number },
): Promise<Tally> {
	const pool = new Pool(origin, { connections: concurrency, pipelining: 1 });
	const tally = new Tally();
	const begun = performance.now();
	const until = begun + (seconds ?? 1e9) * 1000;
	const total = requests ?? Infinity;
	let n = 0;
	const shoot = (from: number) =>
		new Promise<void>((resolve) => {
			let status = 0;
			pool.dispatch(next(n++) as never, {
				onRequestStart() {},
				onResponseStart(_, code) {
					status = code;
				},
				onResponseData() {},
				onResponseEnd() {
					tally.record(
						status < 300
							? { kind: "acknowledged" }
							: {
									kind: status >= 500 ? "indeterminate" : "refused",
									cause: `HTTP ${status}`,
								},
						performance.now() - from,
					);
					resolve();
				},
				onResponseError(_, error) {
					tally.record(
						{ kind: "indeterminate", cause: String(error) },
						performance.now() - from,
					);
					resolve();
				},
			});
		});
	let sent = 0;
	await Promise.all(
		Array.from({ length: concurrency }, async () => {
			while (performance.now() < until && n < total && !signal.aborted) {
				if (rate === undefined) await shoot(performance.now());
				else {
					const due = begun + (sent++ * 1000) / rate;
					if (due > until) return;
					const wait = due - performance.now();
					if (wait > 0) await new Promise((r) => setTimeout(r, wait));
					await shoot(due);
				}
			}
		}),
	);
	tally.seconds = (performance.now() - begun) / 1000;
	await pool.destroy();
	return tally;
}
