import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openFilesLimit } from "../../cli/toolchain/open-files.ts";
import { buildGenerated } from "./build.ts";
import type { Options } from "./options.ts";
import { type Spread, spread } from "./rounds.ts";
import { type Server, start } from "./stage.ts";

/** Updates of one live object that reach so many viewers. */
export interface Live {
	viewers: number;
	/** Messages that all of them got in a second. */
	messagesPerSecond: number;
	/** Microseconds of CPU time of the server for each; NaN where nothing tells. */
	cpuMicros: number;
	/** Updates that each of them got in a second; there may be one. */
	updatesPerSecond: number;
	/** From the first viewer that got an update to the last; milliseconds. */
	toAllMs: Spread;
	/** Memory that each took up in the server; undefined where nothing tells. */
	bytesPerViewer: number | undefined;
}

/** Files that the server has open for a viewer, and those that it needs besides. */
const VIEWER_FILES = 2;
const OTHER_FILES = 200;

/** The last is as many as one object holds, or as may be open at once. */
const VIEWERS = [100, 1_000, 5_000, 10_000].map((viewers) =>
	Math.min(
		viewers,
		Math.floor((openFilesLimit() - OTHER_FILES) / VIEWER_FILES),
	),
);

/** Longest wait for an update to reach everyone; milliseconds. */
const LATE_MS = 60_000;

/** Milliseconds between two pings of a viewer. */
const PING_MS = 30_000;

/** WebSockets that are opened at the same time. */
const AT_ONCE = 100;

const configuration = `version: 1
namespaces:
  metrics: { mount: /, live: true, shardWriteToGlobalAfter: 100ms }
`;

/** Times of the first and the last that got an update, and how many did. */
interface Arrivals {
	first: number;
	last: number;
	viewers: number;
}

/** Opens viewers of one counter, and counts without a pause. */
export async function measureLive(
	{ seconds }: Pick<Options, "seconds">,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Live[]> {
	const built = await buildGenerated(join(dir, "live"), configuration, signal);
	const figures: Live[] = [];
	// A short run is to show that it works.
	for (const viewers of seconds < 1 ? VIEWERS.slice(0, 1) : VIEWERS) {
		progress(`${viewers} viewers`);
		const server = await start(built, dir);
		try {
			figures.push(await measure(server, viewers, 5 * seconds));
		} finally {
			await server.stop();
		}
	}
	return figures;
}

async function measure(
	{ origin, cpuMicros, peakMemory }: Server,
	viewers: number,
	seconds: number,
): Promise<Live> {
	const updates = new Map<number, Arrivals>();
	let messages = 0;
	const shown = (data: string) => {
		const { version } = JSON.parse(data) as { version: number };
		const now = performance.now();
		const { first = now, viewers = 0 } = updates.get(version) ?? {};
		updates.set(version, { first, last: now, viewers: viewers + 1 });
		messages++;
	};
	const sockets = [await open(origin, shown)];
	const empty = await peakMemory();
	while (sockets.length < viewers) {
		const count = Math.min(AT_ONCE, viewers - sockets.length);
		sockets.push(
			...(await Promise.all(
				Array.from({ length: count }, () => open(origin, shown)),
			)),
		);
	}
	const full = await peakMemory();
	messages = 0;
	updates.clear();
	const before = await cpuMicros();
	const started = performance.now();
	const until = started + 1_000 * Math.max(3, seconds);
	while (performance.now() < until) {
		await fetch(`${origin}/increment/a`, { method: "POST" });
		await sleep(10);
	}
	const elapsed = (performance.now() - started) / 1_000;
	const cpu = (await cpuMicros()) - before;
	const reached = () =>
		[...updates.values()].filter((one) => one.viewers === viewers);
	// Many viewers on a busy machine: the first update is still on its way.
	while (reached().length === 0 && performance.now() < until + LATE_MS)
		await sleep(1_000);
	const toAll = reached().map(({ first, last }) => last - first);
	if (toAll.length === 0) throw new Error("no update reached all viewers");
	for (const socket of sockets) socket.close();
	return {
		viewers,
		messagesPerSecond: messages / elapsed,
		cpuMicros: cpu / messages,
		updatesPerSecond: messages / elapsed / viewers,
		toAllMs: spread(toAll),
		bytesPerViewer: empty && full && Math.round((full - empty) / (viewers - 1)),
	};
}

/** Opens one, and waits for its first totals. */
function open(
	origin: string,
	shown: (data: string) => void,
): Promise<WebSocket> {
	const socket = new WebSocket(
		`${origin.replace("http", "ws")}/live?counters=a`,
	);
	return new Promise((resolve, reject) => {
		socket.onerror = () => reject(new Error("a viewer was refused"));
		// Else the object takes it for gone after a minute: opening many takes longer.
		const ping = setInterval(() => socket.send("ping"), PING_MS);
		socket.onclose = () => clearInterval(ping);
		socket.onmessage = ({ data }) => {
			if (data === "pong") return;
			shown(String(data));
			resolve(socket);
		};
	});
}
