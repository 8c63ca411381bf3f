import type { Child, Ending } from "./child.ts";

/** A program that is ended for a while and started anew, such as wrangler. */
export class Restartable {
	/** Resolves once it has ended by itself, or was stopped for good. */
	readonly exited: Promise<Ending>;
	readonly #start: () => Child;
	#end!: (ending: Ending | Promise<Ending>) => void;
	#child: Child | undefined;
	#isStopped = false;

	constructor(start: () => Child) {
		this.#start = start;
		this.exited = new Promise((resolve) => {
			this.#end = resolve;
		});
		this.resume();
	}

	/** Ends it until `resume`. */
	async pause(): Promise<void> {
		const child = this.#child;
		this.#child = undefined;
		await child?.stop();
	}

	/** Starts it if it is paused. */
	resume(): void {
		if (this.#isStopped || this.#child) return;
		const child = this.#start();
		this.#child = child;
		const report = () => {
			if (this.#child === child) this.#end(child.exited);
		};
		child.exited.then(report, report);
	}

	/** Ends it and starts it anew, even if it is about to end by itself. */
	async restart(): Promise<void> {
		await this.pause();
		this.resume();
	}

	async stop(): Promise<void> {
		this.#isStopped = true;
		if (this.#child) await this.#child.stop();
		else this.#end({ status: 0, signal: null });
	}
}
