/** Waits some milliseconds, or until a signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			signal.removeEventListener("abort", end);
			resolve();
		};
		const timer = setTimeout(end, ms);
		signal.addEventListener("abort", end);
	});
}

/** Waits that may be cut short. */
export class Wait {
	#isOver = false;
	#end = () => {};

	/** Ends the wait under way or, if there is none, the next. */
	end(): void {
		this.#isOver = true;
		this.#end();
	}

	/** Waits some milliseconds, or until a signal. */
	async of(ms: number, signal: AbortSignal): Promise<void> {
		if (!this.#isOver) {
			const early = new AbortController();
			this.#end = () => early.abort();
			await pause(ms, AbortSignal.any([signal, early.signal]));
		}
		this.#isOver = false;
	}
}

/** Waits until the tab can be seen, or until a signal. */
export function isVisible(signal: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const look = () => {
			if (document.visibilityState === "hidden") return;
			document.removeEventListener("visibilitychange", look);
			resolve();
		};
		document.addEventListener("visibilitychange", look);
		signal.addEventListener("abort", () => resolve(), { once: true });
	});
}
