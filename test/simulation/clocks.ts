import type { Faults } from "./faults.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

const HOUR_MS = 3_600_000;

/** The clock of the service that rings alarms. */
const ALARMS = "alarms";

/** The longest that a clock stands still; milliseconds. */
const STANDSTILL_MS = 300_000;

function isIsolate(name: string): boolean {
	return name.startsWith("isolate");
}

/** A clock that may drift, jump and stand still. Moments are the scheduler's. */
class Clock {
	/** Goes so much faster than time. */
	drift = 0;
	/** Moment at which it last jumped, stopped or began anew: it measures nothing across that. */
	disturbedAt = 0;
	/** Times that it did. */
	disturbances = 0;
	/** Moment at which it last jumped ahead: waits that it measures end too early then. */
	aheadAt = -Infinity;
	#since = 0;
	#shown = 0;
	#isStopped = false;

	read(now: number): number {
		const rate = this.#isStopped ? 0 : 1 + this.drift;
		return Math.floor(this.#shown + (now - this.#since) * rate);
	}

	/** Finds the moment at which it shows a time, if it goes on as it goes now. */
	when(shown: number, now: number): number {
		const left = shown - this.read(now);
		if (left <= 0) return now;
		return this.#isStopped ? Infinity : now + left / (1 + this.drift);
	}

	/** Shows another time from now on, and goes on or stops. */
	set(now: number, shown: number, isStopped = false): void {
		if (shown > this.read(now)) this.aheadAt = now;
		this.#shown = shown;
		this.#since = now;
		this.#isStopped = isStopped;
		this.disturbedAt = now;
		this.disturbances++;
	}
}

/** The clocks of all machines: one an object, an isolate, the alarm service. */
export class Clocks {
	readonly #random: Random;
	readonly #scheduler: Scheduler;
	readonly #clocks = new Map<string, Clock>();
	#faults: Faults;
	/** True if clocks may show another time than it is. */
	readonly areDisturbed: boolean;
	/** Called when the alarm service's clock goes otherwise than before. */
	onAlarms: () => void = () => {};
	/** Called when somebody's clock jumps. */
	onJump: (name: string) => void = () => {};

	constructor(random: Random, scheduler: Scheduler, faults: Faults) {
		this.#random = random;
		this.#scheduler = scheduler;
		this.#faults = faults;
		const { drift, jump, standstill, isolateJump } = faults;
		this.areDisturbed = drift + jump + standstill + isolateJump > 0;
	}

	/** The time by somebody's clock; milliseconds since the schedule began. */
	read(name: string): number {
		return this.of(name).read(this.#scheduler.now);
	}

	of(name: string): Clock {
		let clock = this.#clocks.get(name);
		if (!clock) {
			clock = new Clock();
			this.#clocks.set(name, clock);
			this.#adjust(clock);
		}
		return clock;
	}

	/** In how many milliseconds the alarm service believes it is that time. */
	alarmIn(shown: number): number {
		const { now } = this.#scheduler;
		return Math.ceil(this.of(ALARMS).when(shown, now) - now);
	}

	/** Somebody starts on another machine, perhaps. */
	restart(name: string): void {
		const { jump } = this.#faults;
		if (jump > 0 && this.#random.chance(0.5)) this.#jump(name);
	}

	/** After a step of the schedule: perhaps a clock jumps or stops. */
	step(): void {
		const random = this.#random;
		const { jump, standstill, isolateJump } = this.#faults;
		const names = [...this.#clocks.keys()];
		const isolates = names.filter(isIsolate);
		if (names.length > 0 && random.chance(jump)) this.#jump(random.pick(names));
		if (isolates.length > 0 && random.chance(isolateJump))
			this.#jump(random.pick(isolates));
		if (names.length > 0 && random.chance(standstill))
			this.#stop(random.pick(names));
	}

	/** All clocks are right from now on. */
	calm(faults: Faults): void {
		this.#faults = faults;
		for (const [name, clock] of this.#clocks) {
			clock.drift = 0;
			if (this.areDisturbed) this.#set(name, 0);
		}
	}

	#adjust(clock: Clock): void {
		const { drift } = this.#faults;
		if (drift > 0) clock.drift = drift * (2 * this.#random.next() - 1);
	}

	/** At most an hour from the truth: two clocks are never further than two apart. */
	#jump(name: string): void {
		const random = this.#random;
		// An isolate's by an hour at once: a smaller jump may show the second in
		// which a value was read once more, and no isolate could know.
		const ahead = isIsolate(name)
			? random.pick([-HOUR_MS, 0, HOUR_MS])
			: random.chance(0.3)
				? 0
				: Math.round((2 * random.next() - 1) * HOUR_MS);
		this.#set(name, ahead);
	}

	#stop(name: string): void {
		const clock = this.of(name);
		const { now } = this.#scheduler;
		const shown = clock.read(now);
		clock.set(now, shown, true);
		const { disturbances } = clock;
		if (name === ALARMS) this.onAlarms();
		const lasts = this.#random.int(1_000, STANDSTILL_MS);
		this.#scheduler.after(lasts, () => {
			// Unless it jumped, or stopped anew, meanwhile.
			if (clock.disturbances !== disturbances) return;
			clock.set(now + lasts, shown);
			if (name === ALARMS) this.onAlarms();
		});
	}

	#set(name: string, ahead: number): void {
		const { now } = this.#scheduler;
		this.of(name).set(now, now + ahead);
		this.onJump(name);
		if (name === ALARMS) this.onAlarms();
	}
}
