const WHOLE = new Intl.NumberFormat();
const SIGNED = new Intl.NumberFormat(undefined, { signDisplay: "exceptZero" });
const COMPACT = new Intl.NumberFormat(undefined, {
	notation: "compact",
	maximumFractionDigits: 2,
});
const RATE = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 3 });
const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** Digits past which a large number on the page is shortened. */
const MAX_DIGITS = 9;

export function whole(value: number): string {
	return WHOLE.format(value);
}

/** Shortens a number that would not fit: 12.3B. */
export function short(value: number): string {
	return (Math.abs(value) < 10 ** MAX_DIGITS ? WHOLE : COMPACT).format(value);
}

/** Writes a change: +3, −1, 0. */
export function signed(value: number): string {
	return SIGNED.format(value);
}

export function perSecond(value: number): string {
	return RATE.format(value);
}

/** Writes a moment of today. */
export function clock(ms: number): string {
	return CLOCK.format(ms);
}

/** Writes a duration: 500 ms, 3.2 s, 5 min, 2 h. */
export function duration(ms: number): string {
	if (ms < 1_000) return `${Math.round(ms)} ms`;
	const [amount, unit] =
		ms < 120_000
			? [ms / 1_000, "s"]
			: ms < 7_200_000
				? [ms / 60_000, "min"]
				: [ms / 3_600_000, "h"];
	return `${amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount)} ${unit}`;
}

/** Writes a number with its noun: 1 counter, 2 counters. */
export function many(count: number, noun: string): string {
	return `${WHOLE.format(count)} ${noun}${count === 1 ? "" : "s"}`;
}
