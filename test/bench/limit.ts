import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { drive } from "../../cli/load/drive.ts";
import { buildGenerated } from "./build.ts";
import type { Options } from "./options.ts";
import { CONNECTIONS } from "./rig.ts";
import { type Spread, spread } from "./rounds.ts";
import { start } from "./stage.ts";
import { atMost, type Target } from "./targets.ts";

/** The last of a counter before its bound, which many callers want at once. */
export interface Limit {
	shards: number;
	connections: number;
	/** Seconds from the first of these to the last. */
	seconds: Spread;
	/** Requests that were refused, for each of these: bounds, and answers to come again. */
	refused: Spread;
}

const SHARDS = 16;
const MAX = 2_000;

/** Increments before the bound that are timed. */
const LAST = 100;

/** Requests at a time, and how often at the most. */
const REQUESTS = 500;
const MAX_LOTS = 40;

const TIMEOUT_MS = 30_000;

/** Longest that the last should take. */
const MOST_SECONDS = 3;

const configuration = `version: 1
namespaces:
  metrics: { mount: /, shardCount: ${SHARDS}, total: { max: ${MAX} } }
`;

/** Counts up to the bound, a counter each round. */
export async function measureLimit(
	{ rounds }: Pick<Options, "rounds">,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Limit> {
	const built = await buildGenerated(join(dir, "limit"), configuration, signal);
	const server = await start(built, dir);
	const seconds: number[] = [];
	const refused: number[] = [];
	try {
		for (let round = 1; round <= rounds; round++) {
			progress(`limit: round ${round} of ${rounds}`);
			const last = await giveOut(server.origin, `round${round}`, signal);
			seconds.push(last.seconds);
			refused.push(last.refused / LAST);
		}
	} finally {
		await server.stop();
	}
	return {
		shards: SHARDS,
		connections: CONNECTIONS,
		seconds: spread(seconds),
		refused: spread(refused),
	};
}

/** @throws Error unless exactly as many were given out as there are */
async function giveOut(
	origin: string,
	counter: string,
	signal: AbortSignal,
): Promise<{ seconds: number; refused: number }> {
	const moments: number[] = [];
	let refused = 0;
	const shot = {
		method: "POST",
		path: `/increment/${counter}`,
	} as const;
	for (let lot = 0; moments.length < MAX && lot < MAX_LOTS; lot++)
		await drive(
			origin,
			() => shot,
			{ concurrency: CONNECTIONS, requests: REQUESTS },
			{
				signal,
				timeoutMs: TIMEOUT_MS,
				onAnswer: (_, { kind }) => {
					if (kind === "acknowledged") moments.push(performance.now());
					else if (moments.length >= MAX - LAST && moments.length < MAX)
						refused++;
				},
			},
		);
	const [first = Number.NaN, last = Number.NaN] = [
		moments[MAX - LAST],
		moments[MAX - 1],
	];
	if (moments.length !== MAX)
		throw new Error(`${moments.length} of ${MAX} were given out`);
	return { seconds: (last - first) / 1_000, refused };
}

/** Compares it with what is wanted. */
export function limitTarget({ shards, seconds }: Limit): Target {
	return atMost(
		MOST_SECONDS,
		`seconds for the last ${LAST} before a bound, ${shards} shards`,
		seconds,
	);
}
