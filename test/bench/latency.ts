import type { Rig } from "./rig.ts";
import { ratioOf, type Spread, spread } from "./rounds.ts";
import { names } from "./subjects.ts";
import type { Target, Throughput } from "./throughput.ts";

/** Latency where a Worker is busy, but not more than it can take. */
export interface Latency {
	/** Requests a second: half of what single increments reach. */
	rate: number;
	subjects: { name: string; p50Ms: Spread; p99Ms: Spread }[];
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
		return { rig, name, p50: [] as number[], p99: [] as number[] };
	});
	const saturation = throughput.find(({ name }) => name === names.single);
	if (!own || !base || !saturation) throw new Error("nothing to compare");
	const rate = Math.round(saturation.requestsPerSecond.median / 2);
	for (let round = 1; round <= rounds; round++)
		for (const { rig, name, p50, p99 } of [own, base]) {
			progress(`latency, round ${round} of ${rounds}: ${name}`);
			const turn = await rig.run({ seconds, rate });
			p50.push(turn.p50Ms);
			p99.push(turn.p99Ms);
		}
	const times = ratioOf(own.p99, base.p99);
	return {
		rate,
		subjects: [own, base].map(({ name, p50, p99 }) => ({
			name,
			p50Ms: spread(p50),
			p99Ms: spread(p99),
		})),
		target: {
			name: `p99 at half of saturation, ${own.name} : ${base.name}`,
			times,
			atMost: 2,
			met: times.median <= 2,
		},
	};
}
