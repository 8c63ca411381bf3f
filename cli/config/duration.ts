const UNIT_MS = {
	d: 86_400_000,
	h: 3_600_000,
	m: 60_000,
	s: 1_000,
	ms: 1,
} as const;

/** Matches a written duration; without a unit it is milliseconds. */
export const durationPattern: RegExp = /^(\d+)(ms|s|m|h|d)?$/;

/** Answers the milliseconds of `5s`, `250ms`, `2m`, `24h`, `7d` or `5000`; NaN for anything else. */
export function parseDuration(text: string): number {
	const [, digits, unit = "ms"] = durationPattern.exec(text) ?? [];
	return Number(digits) * UNIT_MS[unit as keyof typeof UNIT_MS];
}

/** Writes whole milliseconds exactly and as short as can be: 90000 is `90s`, a day `24h`. */
export function formatDuration(ms: number): string {
	for (const [unit, size] of Object.entries(UNIT_MS))
		if (ms >= size && ms % size === 0 && (unit !== "d" || ms > size))
			return `${ms / size}${unit}`;
	return `${ms}ms`;
}
