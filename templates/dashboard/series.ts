/** Points past which every second one is dropped: a line on a screen shows no more. */
const MAX_POINTS = 400;

/** A number over time, kept where it changed. */
export class Series {
	#times: number[];
	#values: number[];

	constructor(time: number, value: number) {
		this.#times = [time];
		this.#values = [value];
	}

	/** The first value. */
	get base(): number {
		return this.#values[0] ?? 0;
	}

	get last(): number {
		return this.#values.at(-1) ?? 0;
	}

	/** Difference of the last value and the first. */
	get rise(): number {
		return this.last - this.base;
	}

	/** Adds what is known at a time later than all others. */
	add(time: number, value: number): void {
		if (value === this.last) return;
		this.#times.push(time);
		this.#values.push(value);
		if (this.#times.length > MAX_POINTS) {
			this.#times = thinned(this.#times);
			this.#values = thinned(this.#values);
		}
	}

	/** Returns times and rises to draw, up to `now`. */
	line(now: number): [times: number[], rises: number[]] {
		return [
			[...this.#times, now],
			[...this.#values, this.last].map((value) => value - this.base),
		];
	}
}

/** Drops every second point, but neither the first nor the last. */
function thinned(points: number[]): number[] {
	return points.filter((_, n) => n % 2 === 0 || n === points.length - 1);
}
