import type { Database, Remember } from "../object/database.ts";
import type { Bounds, Era } from "./bounds.ts";
import type { BucketStorage } from "./bucket-storage.ts";
import type { HistoryUnit, Kept } from "./contract.ts";
import { SLOT_MS } from "./slots.ts";

/** Kinds of buckets, from fine to coarse; the first are slots, which are always there. */
export const UNITS: readonly HistoryUnit[] = ["minute", "hour", "day"];

/** In place of a slot: buckets of that kind are not asked for. */
export const NEVER = -1;

/** Progress of the buckets of a kind; moments are slots. */
export interface Level {
	level: number;
	/** There is nothing to answer before it; {@link NEVER}. */
	since: number;
	/** To here its rows are written, as sums of the finer level's. */
	summed: number;
	/** To here they are deleted. */
	pruned: number;
}

/** Keeps how far the buckets of each kind are. What writes is to be called in a transaction. */
export class Levels {
	readonly #sql: SqlStorage;
	readonly #kept: Kept;
	#levels: readonly Level[];

	constructor(
		{ sql }: Database,
		kept: Kept,
		buckets: BucketStorage,
		bounds: Bounds,
		{ began, clock }: { began: number; clock: number },
	) {
		this.#sql = sql;
		this.#kept = kept;
		this.#levels = this.#read();
		const isNew = this.#levels.length === 0;
		if (isNew) this.#begin(bounds, began);
		else this.#change(buckets, bounds, { began, clock });
	}

	/** From fine to coarse. */
	get all(): readonly Level[] {
		return this.#levels;
	}

	/** The level of a kind of buckets that is kept. */
	of(unit: HistoryUnit): Level | undefined {
		return this.#kept[unit] === undefined
			? undefined
			: this.#levels.find(({ level }) => UNITS[level] === unit);
	}

	/** The next finer level. */
	below({ level }: Level): Level {
		return this.#levels.filter((one) => one.level < level).at(-1) as Level;
	}

	/** Slots for which a level's rows are kept once they are summed. */
	retention({ level }: Level): number {
		return Math.ceil((this.#kept[UNITS[level] as HistoryUnit] ?? 0) / SLOT_MS);
	}

	/** To where a level may be deleted, whatever its retention: coarser ones need the rest. */
	free({ level }: Level): number {
		return this.#levels.find((one) => one.level > level)?.summed ?? Infinity;
	}

	/** Notes how far a level is. */
	write(level: Level): Remember {
		this.#sql.exec(
			`INSERT OR REPLACE INTO levels (level, since, summed, pruned)
			VALUES (?, ?, ?, ?)`,
			level.level,
			level.since,
			level.summed,
			level.pruned,
		);
		return () => {
			this.#levels = this.#read();
		};
	}

	/** Goes on from a slot with empty buckets: all that was before is forgotten. */
	beginAgain(bounds: Bounds, slot: number): Remember {
		let remember: Remember = () => {};
		for (const one of this.#levels) {
			const unit = UNITS[one.level] as HistoryUnit;
			const begin = one.level === 0 ? 0 : startSlot(bounds, unit, slot);
			const summed = Math.max(one.summed, begin);
			remember = this.write({ ...one, since: Math.min(one.since, 0), summed });
		}
		return remember;
	}

	#read(): Level[] {
		return this.#sql
			.exec<Level & Record<string, number>>(
				"SELECT level, since, summed, pruned FROM levels ORDER BY level",
			)
			.toArray();
	}

	/** Begins with empty buckets: what was before may be imported. */
	#begin(bounds: Bounds, began: number): void {
		for (const [level, unit] of UNITS.entries())
			if (level === 0 || this.#kept[unit] !== undefined)
				this.write({
					level,
					since: this.#kept[unit] === undefined ? NEVER : 0,
					summed: level === 0 ? 0 : startSlot(bounds, unit, began),
					pruned: 0,
				})();
	}

	/** Other kinds are asked for than before. */
	#change(
		buckets: BucketStorage,
		bounds: Bounds,
		{ began, clock }: { began: number; clock: number },
	): void {
		this.#dropCoarsest(buckets);
		for (const [level, unit] of UNITS.entries()) {
			const isKept = this.#kept[unit] !== undefined;
			const known = this.#levels.find((one) => one.level === level);
			if (!known && isKept) this.write(this.#added(level, bounds, began))();
			if (known && !isKept && known.since !== NEVER)
				this.write({ ...known, since: NEVER })();
			if (known && isKept && known.since === NEVER) {
				// Slots were quarters of an hour meanwhile.
				const since =
					level === 0 ? Math.max(clock, known.pruned) : known.pruned;
				this.write({ ...known, since })();
			}
		}
	}

	/** Deletes buckets that nothing coarser is summed from, once nobody asks for them. */
	#dropCoarsest(buckets: BucketStorage): void {
		for (const { level } of [...this.#levels].reverse()) {
			const isKept = this.#kept[UNITS[level] as HistoryUnit] !== undefined;
			if (level === 0 || isKept) return;
			buckets.forgetLevel(level);
			this.#sql.exec("DELETE FROM levels WHERE level = ?", level);
			this.#levels = this.#read();
		}
	}

	/** Begins where the coarser level needs it or, without one, where finer ones begin. */
	#added(level: number, bounds: Bounds, began: number): Level {
		const unit = UNITS[level] as HistoryUnit;
		const coarser = this.#levels.find((one) => one.level > level);
		const finer = this.#levels.filter((one) => one.level < level).at(-1);
		const pruned = finer?.pruned ?? 0;
		const start = startSlot(bounds, unit, Math.max(pruned, began));
		const isWhole = start >= pruned;
		const since =
			coarser?.summed ??
			(isWhole ? start : bounds.end(unit, start * SLOT_MS) / SLOT_MS);
		return { level, since, summed: since, pruned: since };
	}
}

function startSlot(bounds: Bounds, unit: HistoryUnit, slot: number): number {
	return bounds.start(unit, slot * SLOT_MS) / SLOT_MS;
}

/** Finds the time zones of the past, the last of which is that of the settings. */
export function readEras(
	{ sql }: Database,
	timeZone: string,
	slot: number,
): Era[] {
	const read = () =>
		sql
			.exec<{ since: number; timeZone: string }>(
				"SELECT since, timeZone FROM eras ORDER BY since",
			)
			.toArray()
			.map(({ since, timeZone }) => ({ since: since * SLOT_MS, timeZone }));
	const eras = read();
	if (eras.at(-1)?.timeZone === timeZone) return eras;
	sql.exec(
		"INSERT OR REPLACE INTO eras (since, timeZone) VALUES (?, ?)",
		eras.length === 0 ? 0 : slot,
		timeZone,
	);
	return read();
}
