import type { HistoryUnit } from "../../templates/runtime/history/contract.ts";
import type { PastRead } from "../oracle/past.ts";
import type { Clients } from "./clients.ts";
import type { Cluster } from "./cluster.ts";

/** Longer than the slots of any configuration. */
const SLOT_MS = 16 * 60_000;

/**
 * Checks the past at rest: reads of all kinds say the same, and what had ended when
 * it was first asked for is final.
 *
 * @param rest resolves once nothing is left to happen
 */
export async function checkPastAtRest(
	cluster: Cluster,
	clients: Clients,
	counters: readonly string[],
	rest: () => Promise<boolean>,
): Promise<void> {
	const { kept } = cluster.settings.history;
	const units = Object.keys(kept) as HistoryUnit[];
	if (units.length === 0) return;
	const read = async (
		level: PastRead["level"],
		unit: HistoryUnit,
		counter: string,
	) => {
		void clients.readPast(level, unit, counter).then((ok) => {
			if (!ok) cluster.report(`the ${level} read of the past failed at rest`);
		});
		await rest();
		return clients.pastReads.at(-1);
	};
	// Another slot, in which shards are asked once more.
	cluster.scheduler.after(SLOT_MS, () => {});
	await rest();
	for (const counter of counters) {
		const whole = new Map<string, number>();
		for (const unit of units) {
			const first = await read("global", unit, counter);
			const again = await read("global", unit, counter);
			const exact = await read("exact", unit, counter);
			// Time goes on between them.
			const from = exact?.points[0]?.start ?? 0;
			const show = (one: PastRead | undefined) =>
				JSON.stringify(
					one?.points
						.filter(({ start, value }) => start >= from && value !== 0)
						.map(({ start, value }) => [start, value]),
				);
			if (show(exact) !== show(again) || show(first) !== show(again))
				cluster.report(
					`at rest ${counter} by ${unit} is ${show(exact)} exactly, and ${show(first)}, ${show(again)} else`,
				);
			const points = again?.points ?? [];
			const open = points.findIndex(({ final }) => !final);
			if (
				open >= 0 &&
				(points[open + 1]?.start ?? Infinity) <= (first?.begin ?? 0)
			)
				cluster.report(
					`at rest the ${unit} of ${counter} from ${points[open]?.start} is not final at ${again?.begin}`,
				);
			// Imports by day are in no hour.
			const hasImports = clients.attempts.some(({ amounts }) => amounts);
			if ((points[0]?.start ?? 1) <= 0 && !hasImports)
				whole.set(
					unit,
					points.reduce((sum, { value }) => sum + value, 0),
				);
		}
		if (new Set(whole.values()).size > 1)
			cluster.report(
				`at rest ${counter} is ${JSON.stringify([...whole])} by kinds of buckets`,
			);
	}
}
