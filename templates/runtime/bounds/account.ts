import type { Grant, Limits } from "./contract.ts";
import type { Generation, LoanOf } from "./lender-storage.ts";
import { FREE_DOWN, FREE_UP, OVER_DOWN, OVER_UP } from "./open-loan.ts";

/** Most that a shard is lent beyond what it needs: sums stay whole numbers. */
const MAX_SPARE = 1_000_000_000;

/** Size of a first loan, in counts like the one that asks for it. */
const FIRST_LOAN = 8;

/** The farthest that loans could take a counter. */
export interface Level {
	/** The highest that its total can become … */
	up: number;
	/** … and the lowest. */
	down: number;
}

/** Finds how far a counter's loans could take it. */
export function levelOf(loans: readonly LoanOf[], base: number): Level {
	const level = { up: base, down: base };
	for (const { up, down, backUp, backDown, free, isOpen } of loans) {
		level.up += isOpen && free & FREE_UP ? Infinity : up - backUp;
		level.down -= isOpen && free & FREE_DOWN ? Infinity : down - backDown;
	}
	return level;
}

/** Loans of a counter, and that of the shard that asks. */
export interface Account extends Generation {
	name: string;
	/** There was no generation, or it has ended: this one begins with a grant. */
	isNew: boolean;
	limits: Limits;
	level: Level;
	loan: LoanOf;
	/** The shard's net count with what it was granted so far. */
	net: number;
	/** It would like so much more; undefined if it does not know yet. */
	want: number | undefined;
	/** It was granted something, if only to count where it has no bound. */
	isGranted: boolean;
}

/** Finds how much of a count the shard's loan does not allow. */
export function lackOf({ limits, loan, net }: Account, by: number): number {
	const { up, down, backUp, backDown } = loan;
	const next = net + by;
	if (by > 0 && limits.max !== undefined)
		return Math.max(0, next - (up - backUp));
	if (by < 0 && limits.min !== undefined)
		return Math.max(0, -next - (down - backDown));
	return 0;
}

/** Finds how much may still be lent in the direction of a count. */
export function freeOf({ limits, level, loan }: Account, by: number): number {
	const { up, down } = loan;
	if (by > 0)
		return Math.min(
			(limits.max ?? Number.POSITIVE_INFINITY) - level.up,
			Number.MAX_SAFE_INTEGER - up,
		);
	return Math.min(
		level.down - (limits.min ?? Number.NEGATIVE_INFINITY),
		Number.MAX_SAFE_INTEGER - down,
	);
}

/** Tells whether the loan lets a shard count without end where there is a bound. */
export function isLoose({ limits, loan }: Account): boolean {
	const bounded =
		(limits.max === undefined ? 0 : FREE_UP) |
		(limits.min === undefined ? 0 : FREE_DOWN);
	return loan.isOpen === 1 && (loan.free & bounded) !== 0;
}

/** Lends what a count lacks, and something more where there is much left. */
export function lend(account: Account, by: number, shards: number): void {
	const { loan, level } = account;
	const lack = lackOf(account, by);
	account.net += by;
	loan.free =
		(account.limits.max === undefined ? FREE_UP : 0) |
		(account.limits.min === undefined ? FREE_DOWN : 0);
	loan.isOpen = 1;
	account.isGranted = true;
	if (lack === 0) return;
	account.want ??= FIRST_LOAN * Math.abs(by);
	const spare = spareOf(account, freeOf(account, by) - lack, by, shards);
	// Lends what is wanted once.
	account.want = 0;
	if (by > 0) {
		loan.up += lack + spare;
		level.up += lack + spare;
	} else {
		loan.down += lack + spare;
		level.down -= lack + spare;
	}
}

/** Sizes what is lent besides: nothing where less than a tenth is left. */
function spareOf(
	{ limits, base, want = 0 }: Account,
	left: number,
	by: number,
	shards: number,
): number {
	const { min, max } = limits;
	const span =
		min !== undefined && max !== undefined
			? max - min
			: Math.abs((by > 0 ? (max ?? 0) : (min ?? 0)) - base);
	if (left * 10 < span) return 0;
	return Math.min(want, Math.floor(left / (2 * shards)), MAX_SPARE);
}

/** Tells whether no total that bounds allow, nor the one there is, leaves room for a count. */
export function isNever(
	{ limits, level, base }: Account,
	by: number,
	onlyRises: boolean,
): boolean {
	const { min, max } = limits;
	if (by < 0)
		return (
			min !== undefined &&
			max !== undefined &&
			-by > Math.max(max, level.up) - min
		);
	if (max === undefined) return false;
	if (min !== undefined) return by > max - Math.min(min, level.down);
	return onlyRises && by > max - Math.min(base, 0);
}

export function grantOf({
	name,
	generation,
	end,
	limits,
	level,
	loan,
}: Account): Grant {
	const { up, down, free, serial } = loan;
	const over =
		(limits.max !== undefined && level.up > limits.max ? OVER_UP : 0) |
		(limits.min !== undefined && level.down < limits.min ? OVER_DOWN : 0);
	return [name, generation, up, down, free | over, end, serial];
}
