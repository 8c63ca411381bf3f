import type { Grant, Granted, Standing } from "./contract.ts";
import type { LoanRow } from "./loan-storage.ts";

/** Directions that a grant may leave without a bound. */
export const FREE_UP = 1;
export const FREE_DOWN = 2;

/** Bounds that the counter is past already, by what was lent. */
export const OVER_UP = 4;
export const OVER_DOWN = 8;

/** A loan that lasted less than this was too small, milliseconds … */
const SHORT_MS = 10_000;

/** … and the next one is so many times as large. */
const GROWTH = 4;

/** A loan that a shard may count against. */
export interface OpenLoan extends LoanRow {
	/** Lent by direction, all that was given back included. */
	up: number;
	down: number;
	free: number;
	end: number | null;
	serial: number;
	/** The disk has a row of this generation. */
	isOnDisk: boolean;
	/** Moment of the last grant that added something, and what that was. */
	grantedAt: number;
	added: number;
}

/** Opens a loan, or adds to it. */
export function opened(
	[, generation, up, down, free, end, serial]: Grant,
	known: OpenLoan | (LoanRow & { isOnDisk: true }) | undefined,
	now: number,
): OpenLoan {
	const earlier = known?.generation === generation ? known : undefined;
	const open = earlier && "up" in earlier ? earlier : undefined;
	const higher = {
		up: Math.max(up, open?.up ?? 0),
		down: Math.max(down, open?.down ?? 0),
	};
	const added = Math.max(
		higher.up - (open?.up ?? 0),
		higher.down - (open?.down ?? 0),
	);
	// Granted with what others of its request borrow: the loan is as large as it was.
	const isSame = open !== undefined && added === 0;
	return {
		generation,
		backUp: earlier?.backUp ?? 0,
		backDown: earlier?.backDown ?? 0,
		net: earlier?.net ?? 0,
		isOnDisk: earlier?.isOnDisk ?? false,
		...higher,
		free,
		end,
		serial,
		grantedAt: isSame ? open.grantedAt : now,
		added: isSame ? open.added : added,
	};
}

/** Tells whether a loan allows so much to be counted in all. */
export function allows(
	{ up, down, backUp, backDown, free }: OpenLoan,
	net: number,
): boolean {
	return (
		(net <= up - backUp || (free & FREE_UP) !== 0) &&
		(-net <= down - backDown || (free & FREE_DOWN) !== 0)
	);
}

/** Tells whether a loan may still be counted against, also by one who just got it. */
export function isUsable(
	name: string,
	{ end, generation }: OpenLoan,
	granted: Granted | undefined,
	now: number,
): boolean {
	return end === null || now < end || granted?.get(name) === generation;
}

/** Finds how much more a shard would like: as much again, and more if that did not last. */
export function wantOf({ grantedAt, added }: OpenLoan, now: number): number {
	return Math.abs(now - grantedAt) < SHORT_MS ? GROWTH * added : added;
}

export function standingOf(
	name: string,
	{ generation, backUp, backDown, net }: LoanRow,
): Standing {
	return [name, generation, backUp, backDown, net];
}
