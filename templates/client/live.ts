import { sleep } from "./page.ts";
import { PastCounterClient } from "./past.ts";
import { CounterProblem } from "./problem.ts";

/** Time between two pings; the Worker closes a socket that sends none for 60 s. */
const PING_MS = 30_000;

/** Longest wait before a return; it doubles with each failure. */
const RETURN_MS = 10_000;
const MAX_RETURN_DOUBLINGS = 5;

/** Code of a close that a return would not change. */
const REFUSED = 1008;

/** End of a connection. */
interface Close {
	code: number;
	reason: string;
}

/** Follows totals besides, of namespaces that are live. */
export class LiveCounterClient<
	All,
	Past extends keyof All,
	Live extends keyof All,
> extends PastCounterClient<All, Past> {
	/**
	 * Follows totals until the signal aborts, and comes back whenever the
	 * connection ends. The listener gets all of them each time, 0 for what was
	 * never counted.
	 *
	 * @param counters 1 to 100 names
	 * @throws CounterProblem if the Worker refuses
	 */
	async live<Key extends Live>(
		namespace: Key,
		counters: readonly (All[Key] & string)[],
		listener: (totals: Record<All[Key] & string, number>) => void,
		{ signal }: { signal?: AbortSignal } = {},
	): Promise<void> {
		const { base, token } = this.api;
		const url = new URL(`${base}${this.queues[namespace].namespace.path}/live`);
		url.protocol = url.protocol.replace("http", "ws");
		for (const name of counters) url.searchParams.append("counters", name);
		const protocols = ["counters"];
		if (token !== undefined) protocols.push(`bearer.${base64url(token)}`);
		const totals = new Map(counters.map((name) => [name, 0]));
		let failures = 0;
		const take = (text: string) => {
			const { version, birth, reset, values } = JSON.parse(text);
			url.searchParams.set("since", version);
			url.searchParams.set("birth", birth);
			const found = new Map(Object.entries<number>(values));
			for (const name of counters)
				totals.set(
					name,
					found.get(name) ?? (reset ? 0 : totals.get(name)) ?? 0,
				);
			failures = 0;
			listener(Object.fromEntries(totals) as Record<All[Key] & string, number>);
		};
		while (!signal?.aborted) {
			const { code, reason } = await watch(url, protocols, take, signal);
			if (code === REFUSED) {
				const [problem = "", detail = reason] = reason.split(": ");
				throw new CounterProblem(problem, 0, detail);
			}
			const most = RETURN_MS * 2 ** Math.min(failures++, MAX_RETURN_DOUBLINGS);
			// At random, so that all who lost one server do not come back at once.
			await sleep(Math.random() * most, signal);
		}
	}
}

/** Opens a socket, and resolves when it has ended. */
function watch(
	url: URL,
	protocols: string[],
	take: (text: string) => void,
	signal: AbortSignal | undefined,
): Promise<Close> {
	return new Promise((resolve) => {
		const socket = new WebSocket(url.href, protocols);
		const ended = new AbortController();
		const listening = { signal: ended.signal };
		const end = (close: Close) => {
			clearInterval(pings);
			ended.abort();
			socket.close();
			resolve(close);
		};
		const gone = () => end({ code: 1006, reason: "" });
		let isAlive = true;
		const pings = setInterval(() => {
			if (!isAlive || socket.readyState !== WebSocket.OPEN) gone();
			else socket.send("ping");
			isAlive = false;
		}, PING_MS);
		socket.addEventListener(
			"message",
			({ data }) => {
				isAlive = true;
				if (data !== "pong") take(String(data));
			},
			listening,
		);
		socket.addEventListener("close", end, listening);
		socket.addEventListener("error", gone, listening);
		signal?.addEventListener("abort", gone, listening);
	});
}

function base64url(text: string): string {
	return btoa(text)
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}
