const unitMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;

/** What a written duration looks like; without a unit it is milliseconds. */
export const durationPattern: RegExp = /^(\d+)(ms|s|m|h)?$/;

/** Milliseconds of `5s`, `250ms`, `2m`, `24h` or `5000`; NaN for anything else. */
export function parseDuration(text: string): number {
	const [, digits, unit = "ms"] = durationPattern.exec(text) ?? [];
	return Number(digits) * unitMs[unit as keyof typeof unitMs];
}

/** The shortest exact writing of whole milliseconds: 90000 is `90s`. */
export function formatDuration(ms: number): string {
	for (const [unit, size] of Object.entries(unitMs))
		if (ms >= size && ms % size === 0) return `${ms / size}${unit}`;
	return `${ms}ms`;
}
