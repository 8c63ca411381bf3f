import { Place } from "./lone-objects.ts";

/** Alarms that ring more often than that ring without pause. */
const MOST_RINGS = 5_000;

/** A place for one object, whose clock can step while time goes on. */
export class TimedPlace extends Place {
	/** Time as it is; milliseconds since 1970. */
	real = 1_800_000_000_000;
	/** Lead of the alarm service's clock; milliseconds. */
	alarmsAhead = 0;
	rung = 0;
	/** Lead of the object's clock; milliseconds. */
	#ahead = 0;
	/** Time that this clock shows while it stands still. */
	#stoppedAt: number | undefined;
	#waits: { at: number; done: () => void }[] = [];

	constructor() {
		super();
		Object.assign(this.host, {
			now: () => this.#stoppedAt ?? this.real + this.#ahead,
			wait: (ms: number, signal?: AbortSignal) =>
				new Promise<void>((resolve, reject) => {
					const wait = { at: this.real + ms, done: resolve };
					this.#waits.push(wait);
					signal?.addEventListener("abort", () => {
						this.#waits = this.#waits.filter((one) => one !== wait);
						reject(signal.reason);
					});
				}),
		});
	}

	/** Has the object's clock jump; the alarm service's does not. */
	step(ms: number): void {
		this.#ahead += ms;
	}

	/** Has the object's clock stand still. */
	stop(): void {
		this.#stoppedAt = this.host.now();
	}

	/** Lets time pass for a role, with its waits and alarms. */
	async run(
		role: { alarm(): Promise<void> } | undefined,
		ms: number,
	): Promise<void> {
		const until = this.real + ms;
		let ringing: Promise<void> | undefined;
		await settled();
		while (this.rung < MOST_RINGS) {
			const next = this.#waits.toSorted((a, b) => a.at - b.at)[0];
			const alarmAt =
				role && !ringing && this.alarm !== undefined
					? Math.max(this.alarm - this.alarmsAhead, this.real)
					: Infinity;
			const at = Math.min(next?.at ?? Infinity, alarmAt);
			if (at > until) break;
			this.real = Math.max(this.real, at);
			if (role && alarmAt <= this.real) {
				this.alarm = undefined;
				this.rung++;
				ringing = role.alarm().finally(() => {
					ringing = undefined;
				});
			} else if (next) {
				this.#waits = this.#waits.filter((one) => one !== next);
				next.done();
			}
			await settled();
		}
		this.real = until;
	}
}

/** Resolves when all has happened that waits for nothing. */
function settled(): Promise<void> {
	return new Promise((resolve) => setImmediate(resolve));
}
