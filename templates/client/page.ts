/** The page that this code is part of, if it is. */
export const page = globalThis as unknown as {
	document?: { visibilityState: string };
	location?: { href: string };
	navigator?: {
		onLine?: boolean;
		sendBeacon?: (url: string, body: string) => boolean;
	};
	addEventListener: EventTarget["addEventListener"];
};

/** Waits, but not past the signal, nor once the network is back or the page goes. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
	return new Promise((resolve) => {
		const ended = new AbortController();
		const end = () => {
			clearTimeout(timer);
			ended.abort();
			resolve();
		};
		const timer = setTimeout(end, ms);
		signal?.addEventListener("abort", end, { signal: ended.signal });
		if (!page.document) return;
		for (const type of ["online", "pagehide"])
			page.addEventListener(type, end, { signal: ended.signal });
	});
}
