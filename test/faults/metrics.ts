import { parseMetrics } from "../runtime/metrics-text.ts";
import { SUBJECT } from "./build.ts";
import type { Scene } from "./scene.ts";
import type { Server } from "./server.ts";

/**
 * Scrapes a metric of the namespace that faults are about: values by the other
 * labels.
 */
export async function samples(
	server: Server,
	metric: string,
): Promise<Map<string, number>> {
	const { body } = await server.ask("/-/metrics");
	const own = `namespace="${SUBJECT}"`;
	const all = parseMetrics(String(body)).get(metric)?.samples ?? [];
	return new Map(
		[...all]
			.filter(([labels]) => labels.startsWith(own))
			.map(([labels, value]) => [labels.slice(own.length + 1), value]),
	);
}

/** Checks all values of a metric, of which there must be one. */
export async function metric(
	scene: Scene,
	name: string,
	when: "meanwhile" | "afterwards",
	holds: (value: number) => boolean,
): Promise<void> {
	const found = await samples(scene.server, name);
	for (const [labels, value] of found)
		scene.facts.set([name, labels, when].filter(Boolean).join(" "), value);
	const values = [...found.values()];
	scene.check(
		values.length > 0 && values.every(holds),
		`${name} was ${values.join() || "missing"} ${when}`,
	);
}
