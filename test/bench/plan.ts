import { join } from "node:path";
import type { Shot } from "../../cli/load/lane.ts";
import { type Load, NO_LOAD, type Platform } from "../../cli/planner/load.ts";
import { modelOf } from "../../cli/planner/model.ts";
import { stalenessOf } from "../../cli/planner/staleness.ts";
import { steadyUsage } from "../../cli/planner/usage.ts";
import { Random } from "../simulation/random.ts";
import { arrive } from "./arrivals.ts";
import { type Build, buildGenerated, buildWrapped } from "./build.ts";
import { drain, register } from "./counting.ts";
import type { Options } from "./options.ts";
import {
	type Configuration,
	configurations,
	DEFAULTS,
	yamlOf,
} from "./plan-cases.ts";
import { start } from "./stage.ts";
import { zipf } from "./zipf.ts";

/** Lines that plan and meter are compared by. */
export const compared = [
	"workerRequests",
	"objectRequests",
	"rowsWritten",
	"rowsRead",
	"kvWrites",
	"kvReads",
	"awakeSeconds",
	"globalLagP99",
	"kvLagP99",
] as const;

/** One line of one configuration. */
export interface Compared {
	line: (typeof compared)[number];
	planned: number;
	metered: number;
}

export interface Proof {
	name: string;
	seconds: number;
	lines: Compared[];
}

/** Times a usual turn: a thousand requests must fall into it. */
const TURN_LENGTHS = 50;

/** Seconds that pass before anything is compared: all that is periodic has begun. */
const WARM_UP_S = 6;

/** Seconds that an object keeps keys for longer than their window. */
const KEPT_LONGER_S = 120;

/** Seconds that a call between objects of one process is on its way. */
const CALL_S = 0.002;

/** Events from which plan and meter may differ by 5% … */
const MANY = 1_000;
const MOST_PART = 0.05;

/** … lags by as much, or so many seconds: half of KV's steps … */
const MOST_SECONDS = 0.1;

/** … and times awake by twice as much: no two commits of a disk take as long. */
const MOST_PART_AWAKE = 0.1;

/**
 * Tells whether a plan was right. Of fewer events chance brings more or less: three
 * times the square root of their number, and one at either end.
 */
export function isRight({ line, planned, metered }: Compared): boolean {
	const off = Math.abs(planned - metered);
	if (line === "awakeSeconds") return off <= MOST_PART_AWAKE * metered;
	if (off <= MOST_PART * metered) return true;
	if (line.endsWith("P99")) return off <= MOST_SECONDS;
	return metered <= MANY && off <= 3 * Math.sqrt(metered) + 1;
}

/**
 * Runs every configuration under the meter, and compares it with its plan. All run
 * side by side: nothing here is about how fast they are.
 */
export async function measurePlan(
	{ seconds, match }: Pick<Options, "seconds" | "match">,
	dir: string,
	signal: AbortSignal,
	progress: (text: string) => void,
): Promise<Proof[]> {
	const chosen = configurations.filter(({ name }) => match.test(name));
	const built: Build[] = [];
	for (const [n, one] of chosen.entries()) {
		progress(`plan: building for ${one.name}`);
		built.push(await buildMetered(one, join(dir, `plan-${n}`), signal));
	}
	progress("plan: counting");
	return Promise.all(
		chosen.map((one, n) =>
			prove(one, seconds * TURN_LENGTHS, built[n] as Build, dir, signal),
		),
	);
}

async function buildMetered(
	{ thresholds }: Configuration,
	dir: string,
	signal: AbortSignal,
): Promise<Build> {
	const configuration = yamlOf({ ...DEFAULTS, ...thresholds });
	const build = await buildGenerated(dir, configuration, signal);
	return buildWrapped(join(dir, "metered"), "meter", build);
}

async function prove(
	{ name, thresholds: changed, load: asked }: Configuration,
	seconds: number,
	build: Build,
	dir: string,
	signal: AbortSignal,
): Promise<Proof> {
	const thresholds = { ...DEFAULTS, ...changed };
	const load = { ...NO_LOAD, nameCharacters: 4, ...asked };
	const server = await start(build, dir);
	const viewers: WebSocket[] = [];
	try {
		const { origin } = server;
		await register(origin, "", load.counters, thresholds.shardCount, signal);
		await drain(origin);
		const shots = shotsOf(load);
		/** Sends for so long; answers what of it was to be read. */
		const drive = async (seconds: number, seed: number) => {
			let reads = 0;
			const next = (n: number) => {
				const shot = shots(n);
				if (shot.method === "GET") reads++;
				return shot;
			};
			const pace = { rate: load.rate + load.reads, seconds, seed };
			const all = await arrive(origin, next, pace, signal);
			return { increments: all - reads, reads };
		};
		for (let n = 0; n < load.viewers; n++)
			viewers.push(await watch(origin, load.counters));
		await drive(Math.min(WARM_UP_S, seconds), 1);
		await (await fetch(`${origin}/-/lags`)).json();
		const before = await meter(origin);
		const sent = await drive(seconds, 2);
		const after = await meter(origin);
		const lags = (await (await fetch(`${origin}/-/lags`)).json()) as Lags;
		const since = (key: keyof Meter) => after[key] - before[key];
		const commitS = since("commitS") / since("commits");
		const platform: Platform = {
			commitS,
			answerS: Math.max(0, since("incrementS") / since("increments") - commitS),
			callS: CALL_S,
			putS: since("putS") / since("puts") || 0,
			getS: since("getS") / since("gets") || 0,
			isolates: 1,
			billsCalls: false,
		};
		// The plan is of the load that came: chance brings more or less of it.
		const keptS = WARM_UP_S + seconds - KEPT_LONGER_S;
		const model = modelOf(
			// Keys are kept since the start, whatever their window.
			{ ...thresholds, idempotencyWindow: Math.max(0, 1_000 * keptS) },
			{ ...load, rate: sent.increments / seconds, reads: sent.reads / seconds },
			platform,
			{ from: WARM_UP_S, to: WARM_UP_S + seconds },
		);
		const usage = steadyUsage(model, seconds);
		const { global, kv } = stalenessOf(model);
		const lines: Compared[] = [
			...(
				[
					"workerRequests",
					"objectRequests",
					"rowsWritten",
					"rowsRead",
					"kvWrites",
					"kvReads",
				] as const
			).map((line) => ({ line, planned: usage[line], metered: since(line) })),
			{
				line: "awakeSeconds",
				planned: usage.objectDuration / 0.128,
				metered: since("objectDuration") / 0.128,
			},
			{ line: "globalLagP99", planned: global.p99, metered: lags.global },
			{ line: "kvLagP99", planned: kv.p99, metered: lags.kv },
		];
		return { name, seconds, lines };
	} finally {
		for (const viewer of viewers) viewer.close();
		await server.stop();
	}
}

/** Opens a viewer of all counters, and waits for its first totals. */
function watch(origin: string, counters: number): Promise<WebSocket> {
	const names = Array.from({ length: counters }, (_, n) => `n${n}`);
	const url = `${origin.replace("http", "ws")}/live?counters=${names}`;
	const socket = new WebSocket(url);
	return new Promise((resolve, reject) => {
		socket.onerror = () => reject(new Error("a viewer was refused"));
		socket.onmessage = () => resolve(socket);
		// Else the object takes it for gone after a minute.
		const ping = setInterval(() => socket.send("ping"), 30_000);
		socket.onclose = () => clearInterval(ping);
	});
}

interface Lags {
	global: number;
	kv: number;
}

type Meter = Record<
	| Exclude<
			(typeof compared)[number],
			"awakeSeconds" | "globalLagP99" | "kvLagP99"
	  >
	| "objectDuration"
	| "commits"
	| "commitS"
	| "increments"
	| "incrementS"
	| "puts"
	| "putS"
	| "gets"
	| "getS",
	number
>;

async function meter(origin: string): Promise<Meter> {
	return (await (await fetch(`${origin}/-/meter`)).json()) as Meter;
}

/** Makes requests as the load says: increments and reads in a random order. */
function shotsOf({
	rate,
	reads,
	counters,
	isUniform,
	batch,
	isKeyed,
}: Load): (n: number) => Shot {
	const draw = zipf(counters, isUniform ? 0 : 1, 1);
	let keys = 0;
	const random = new Random(2);
	return () => {
		if (random.chance(reads / (rate + reads)))
			return { method: "GET", path: `/counters/n${draw()}` };
		const headers = isKeyed
			? { headers: { "Idempotency-Key": `plan-${keys++}` } }
			: {};
		if (batch === 1)
			return { method: "POST", path: `/increment/n${draw()}`, ...headers };
		const names = new Set<number>();
		while (names.size < batch) names.add(draw());
		const body = Object.fromEntries([...names].map((name) => [`n${name}`, 1]));
		return {
			method: "POST",
			path: "/increments",
			body: JSON.stringify(body),
			...headers,
		};
	};
}
