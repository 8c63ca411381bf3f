import { errorText } from "../log.ts";
import { backoff } from "../object/backoff.ts";
import type { Host } from "../object/host.ts";
import type { Request } from "./query.ts";
import type { Viewer } from "./viewer.ts";

/** Time for which arrivals are gathered before anything is asked for. */
const GATHER_MS = 100;

/** A viewer that has got no totals yet. */
export interface Arrival {
	viewer: Viewer;
	/** The last that it has seen, if it was here before. */
	seen: Request["seen"];
	/** Totals that were asked for since it came have been answered. */
	isAnswered: boolean;
}

/** Viewers that wait for their first totals. */
export class Arrivals {
	readonly #host: Pick<Host, "wait" | "random" | "log">;
	readonly #ask: (arrivals: readonly Arrival[]) => Promise<void>;
	readonly #all = new Map<Viewer, Arrival>();
	#isAsking = false;

	/** @param ask asks for what they wait for; called again until none waits */
	constructor(
		host: Pick<Host, "wait" | "random" | "log">,
		ask: (arrivals: readonly Arrival[]) => Promise<void>,
	) {
		this.#host = host;
		this.#ask = ask;
	}

	has(viewer: Viewer): boolean {
		return this.#all.has(viewer);
	}

	all(): Arrival[] {
		return [...this.#all.values()];
	}

	add(arrival: Arrival): void {
		this.#all.set(arrival.viewer, arrival);
		void this.#askFor();
	}

	delete(viewer: Viewer): void {
		this.#all.delete(viewer);
	}

	/** Never throws. */
	async #askFor(): Promise<void> {
		if (this.#isAsking) return;
		this.#isAsking = true;
		for (let failures = 0; this.#all.size > 0; ) {
			const { random } = this.#host;
			const pause = failures > 0 ? backoff(failures, random()) : GATHER_MS;
			await this.#host.wait(pause);
			try {
				await this.#ask(this.all());
				failures = 0;
			} catch (error) {
				failures++;
				this.#host.log("warn", "watch-failed", {
					failures,
					error: errorText(error),
				});
			}
		}
		this.#isAsking = false;
	}
}
