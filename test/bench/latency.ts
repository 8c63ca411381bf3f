import type { Rig, Turn } from "./rig.ts";
import { ratioOf, type Spread, spread } from "./rounds.ts";
import { names } from "./subjects.ts";
import { atMost, type Target } from "./targets.ts";
import type { Throughput } from "./throughput.ts";

/** Latency where a Worker is busy, but not more than it can take. */
export interface Latency {
	/** Requests a second: half of what single increments reach. */
	rate: number;
	subjects: {
		name: string;
		/** Microseconds of CPU time of the server for each request. */
		cpuMicros: Spread;
		p50Ms: Spread;
		p99Ms: Spread;
	}[];
	target: Target;
}

/** Single increments and empty calls, both at half of the increments' rate. */
export async function measureLatency(
	rigs: readonly Rig[],
	throughput: readonly Throughput[],
	{ rounds, seconds }: { rounds: number; seconds: number },
	progress: (text: string) => void,
): Promise<Latency> {
	const compared = [names.single, names.emptyObject];
	const [own, base] = compared.map((name) => {
		const rig = rigs.find(({ subject }) => subject.name === name);
		if (!rig) throw new Error(`latency needs ${name}`);
		return { rig, name, turns: [] as Turn[] };
	});
	const saturation = throughput.find(({ name }) => name === names.single);
	if (!own || !base || !saturation) throw new Error("nothing to compare");
	const rate = Math.round(saturation.requestsPerSecond.median / 2);
	for (let round = 1; round <= rounds; round++)
		for (const { rig, name, turns } of [own, base]) {
			progress(`latency, round ${round} of ${rounds}: ${name}`);
			turns.push(await rig.run({ seconds, rate }));
		}
	const p99 = ({ turns }: typeof own) => turns.map((one) => one.p99Ms);
	return {
		rate,
		subjects: [own, base].map(({ name, turns }) => ({
			name,
			cpuMicros: spread(turns.map((one) => one.cpuMicros)),
			p50Ms: spread(turns.map((one) => one.p50Ms)),
			p99Ms: spread(turns.map((one) => one.p99Ms)),
		})),
		target: atMost(
			2,
			`p99 at half of saturation, ${own.name} : ${base.name}`,
			ratioOf(p99(own), p99(base)),
		),
	};
}
