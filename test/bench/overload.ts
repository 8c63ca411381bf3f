import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { batchesAt } from "../../cli/planner/headroom.ts";
import {
	CLOUDFLARE,
	type Load,
	NO_LOAD,
	type Thresholds,
} from "../../cli/planner/load.ts";
import { type Shortfall, shortfallsOf } from "../../cli/planner/shortfall.ts";
import { arrive } from "./arrivals.ts";
import { buildGenerated, buildWrapped } from "./build.ts";
import { drain, register } from "./counting.ts";
import { root } from "./generated.ts";
import type { Options } from "./options.ts";
import { type Configuration, DEFAULTS, yamlOf } from "./plan-cases.ts";
import { start } from "./stage.ts";

/** Calls of the objects that a load is too much for, and what `plan` says of it. */
export interface Overload {
	name: string;
	/** Status with which `counter-gen plan` ended. */
	status: number;
	/** Calls a second that these objects have to take, and that they began; of the whole load. */
	asked: number;
	begun: number;
}

/** Calls that are begun, of those that have to be, where an object keeps up. */
const KEEPS_UP_PART = 0.95;

/** Tells whether calls are left over, more and more of them. */
export function fallsBehind({ asked, begun }: Overload): boolean {
	return begun < KEEPS_UP_PART * asked;
}

/** Loads that are too much: one for each limit that `plan` knows. */
export const overloads: readonly (Configuration & {
	objects: "shards" | "global";
})[] = [
	{
		name: "1,200 requests/s",
		objects: "shards",
		thresholds: { shardCount: 1 },
		load: { rate: 1_200, counters: 10 },
	},
	{
		name: "450 requests/s, each a batch",
		objects: "global",
		thresholds: { shardCount: 32, shardMinRequestToGlobal: 1 },
		load: { rate: 450, counters: 10 },
	},
];

/** Times a usual turn. */
const TURN_LENGTHS = 10;

/**
 * Part of a load that is sent, to objects that take as much of what Cloudflare's do:
 * workers/governor.ts. The whole would ask for more of a machine than it may have.
 */
const PART = 0.1;

/**
 * Runs each load with the configuration that is refused, and with the nearest that is
 * not, on objects that take no more than Cloudflare's are planned with.
 */
export async function measureOverload(
	{ seconds, match }: Pick<Options, "seconds" | "match">,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Overload[]> {
	const found: Overload[] = [];
	for (const [n, one] of overloads.entries()) {
		if (!match.test(one.name)) continue;
		const nearest = nearestOf(one);
		for (const [m, tried] of [one, nearest].entries()) {
			progress(`plan: overload, ${tried.name}`);
			const own = join(dir, `overload-${n}-${m}`);
			found.push(await measure(tried, TURN_LENGTHS * seconds, own, signal));
		}
	}
	return found;
}

/** Changes what `plan` asks for, and nothing else. */
function nearestOf(one: (typeof overloads)[number]): typeof one {
	const [shortfall] = shortfallsOf(
		{ ...DEFAULTS, ...one.thresholds, maxCounters: Infinity },
		loadOf(one),
	);
	const { enough } = shortfall as Shortfall;
	const text = Object.entries(enough).map(([key, value]) => `${key} ${value}`);
	return {
		...one,
		name: `… with ${text.join(", ")}`,
		thresholds: { ...one.thresholds, ...(enough as Partial<Thresholds>) },
	};
}

function loadOf({ load }: Configuration): Load {
	return { ...NO_LOAD, ...load, peak: load.rate ?? 0 };
}

async function measure(
	one: (typeof overloads)[number],
	seconds: number,
	dir: string,
	signal: AbortSignal,
): Promise<Overload> {
	const thresholds = { ...DEFAULTS, ...one.thresholds };
	const load = loadOf(one);
	const built = await buildGenerated(dir, yamlOf(thresholds), signal);
	const build = await buildWrapped(join(dir, "governed"), "governor", built);
	const server = await start(build, dir);
	try {
		const { origin } = server;
		await register(origin, "", load.counters, thresholds.shardCount, signal);
		await drain(origin);
		const begunBy = async () => {
			// No connection is kept: it may be gone by the next time.
			const headers = { Connection: "close" };
			const answer = await fetch(`${origin}/-/begun`, { headers });
			return ((await answer.json()) as Begun)[one.objects];
		};
		let sent = 0;
		const next = () => {
			sent++;
			return {
				method: "POST" as const,
				path: `/increment/n${sent % load.counters}`,
			};
		};
		const before = await begunBy();
		// They are done by then, whatever still waits.
		const counted = sleep(seconds * 1_000, undefined, { signal }).then(begunBy);
		// A request that fails ends the server, and says why.
		counted.catch(() => {});
		const rate = PART * load.rate;
		await arrive(origin, next, { rate, seconds, seed: 1 }, signal);
		return {
			name: one.name,
			status: planStatus(dir, load.rate),
			asked:
				one.objects === "shards"
					? load.rate
					: batchesAt(thresholds, load.rate, CLOUDFLARE),
			begun: ((await counted) - before) / seconds / PART,
		};
	} finally {
		await server.stop();
	}
}

type Begun = Record<"shards" | "global", number>;

/** Asks `counter-gen plan`; answers the status that it ends with. */
function planStatus(cwd: string, rate: number): number {
	const argv = [join(root, "cli/bin.ts"), "plan", "--rate", `${rate}`];
	const { status, stderr } = spawnSync(process.execPath, argv, { cwd });
	if (status === null) throw new Error(`plan did not end: ${stderr}`);
	return status;
}
