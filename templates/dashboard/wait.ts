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
