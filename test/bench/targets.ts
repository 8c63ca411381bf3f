import type { Spread } from "./rounds.ts";

/** A figure that is wanted, and what it came to. */
export interface Target {
	/** Says what it is, with its unit; without one, how many times as much. */
	name: string;
	figure: Spread;
	atLeast?: number;
	atMost?: number;
	met: boolean;
}

export function atLeast(wanted: number, name: string, figure: Spread): Target {
	return { name, figure, atLeast: wanted, met: figure.median >= wanted };
}

export function atMost(wanted: number, name: string, figure: Spread): Target {
	return { name, figure, atMost: wanted, met: figure.median <= wanted };
}
