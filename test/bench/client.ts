import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import type { CounterClient } from "../../templates/client/client.ts";
import { buildGenerated, buildWrapped } from "./build.ts";
import { type Bill, billOf, meterOf } from "./cost.ts";
import { exactTotal, MANY_NAMES, register } from "./counting.ts";
import type { Options } from "./options.ts";
import { type Server, start } from "./stage.ts";
import { zipf } from "./zipf.ts";

/** A process outside of Cloudflare that counts by the generated client. */
export interface ClientFigures extends Bill {
	/** Counts a second that it was to make; undefined: as many as it could. */
	rate: number | undefined;
	countsPerSecond: number;
	requestsPerSecond: number;
	/** Microseconds of CPU time of the server for each count; NaN where nothing tells. */
	cpuMicros: number;
}

const RATES = [100, 1_000, 10_000, undefined];

/** Times a usual turn: the client sends no more than twenty requests a second. */
const TURN_LENGTHS = 5;

/** Milliseconds between two bursts of counts, and counts of one that has no rate. */
const TICK_MS = 10;
const MAX_BURST = 20_000;

const configuration = `version: 1
namespaces:
  metrics: { mount: / }
`;

type Client = CounterClient<{ metrics: string }>;

/** Counts views of a thousand pages, some far more often than others, at every rate. */
export async function measureClient(
	{ seconds }: Pick<Options, "seconds">,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<ClientFigures[]> {
	const own = join(dir, "client");
	const build = await buildGenerated(own, configuration, signal);
	const metered = await buildWrapped(join(own, "metered"), "meter", build);
	const url = pathToFileURL(join(own, "generated/src/client.ts")).href;
	const { counterClient } = await import(url);
	const figures: ClientFigures[] = [];
	for (const rate of RATES) {
		progress(`client: ${rate ?? "as many as it can"} counts/s`);
		const server = await start(metered, own);
		try {
			await register(server.origin, "", MANY_NAMES, 2, signal);
			const client: Client = counterClient(server.origin);
			figures.push(await measure(server, client, rate, TURN_LENGTHS * seconds));
		} finally {
			await server.stop();
		}
	}
	return figures;
}

async function measure(
	{ origin, cpuMicros }: Server,
	client: Client,
	rate: number | undefined,
	seconds: number,
): Promise<ClientFigures> {
	const draw = zipf(MANY_NAMES, 1, 1);
	const total = await exactTotal(origin);
	const [before, cpuBefore] = [await meterOf(origin), await cpuMicros()];
	const started = performance.now();
	const elapsed = () => (performance.now() - started) / 1_000;
	let counts = 0;
	do {
		await sleep(TICK_MS);
		const due = rate === undefined ? Infinity : rate * elapsed();
		for (let n = 0; n < MAX_BURST && counts < due; n++, counts++)
			void client.increment("metrics", `n${draw()}`);
	} while (elapsed() < seconds);
	await client.flush();
	const took = elapsed();
	const cpu = (await cpuMicros()) - cpuBefore;
	const bill = billOf(before, await meterOf(origin), counts);
	const missing = total + counts - (await exactTotal(origin));
	if (missing !== 0)
		throw new Error(`the client: of ${counts} counts, ${missing} are lost`);
	return {
		rate,
		countsPerSecond: counts / took,
		requestsPerSecond: (bill.counts.workerRequests * counts) / 1e6 / took,
		cpuMicros: cpu / counts,
		...bill,
	};
}
