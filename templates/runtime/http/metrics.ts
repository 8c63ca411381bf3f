import type { NamespaceHealth } from "../object/health.ts";

/** Health of a namespace; nothing if it did not answer. */
export interface Observed {
	namespace: string;
	health: NamespaceHealth | undefined;
}

type Shard = NamespaceHealth["shards"][number];
type Labels = Record<string, string | number>;

interface Metric<Source> {
	name: string;
	type: "counter" | "gauge";
	help: string;
	/** Returns the value of a sample; undefined if there is no such sample. */
	of(source: Source): number | undefined;
}

const UP: Metric<Observed> = {
	name: "counter_gen_up",
	type: "gauge",
	help: "1 if the global object answered.",
	of: ({ health }) => (health ? 1 : 0),
};

const REFUSED: Metric<number> = {
	name: "counter_gen_refused_requests_total",
	type: "counter",
	help: "Increments that were refused or failed, and admin requests without the token, by the code of the problem.",
	of: (requests) => requests,
};

const OF_NAMESPACE: readonly Metric<NamespaceHealth>[] = [
	{
		name: "counter_gen_counters",
		type: "gauge",
		help: "Distinct counters.",
		of: ({ counters }) => counters,
	},
	{
		name: "counter_gen_max_counters",
		type: "gauge",
		help: "Distinct counters that there is room for.",
		of: ({ maxCounters }) => maxCounters,
	},
	{
		name: "counter_gen_late_increments_total",
		type: "counter",
		help: "Absolute value of what came once its bucket of history was final.",
		of: ({ late }) => late,
	},
	{
		name: "counter_gen_limits_hold",
		type: "gauge",
		help: "1 if every shard is drained, and bounds hold.",
		of: ({ limits }) => limits && Number(limits.holds),
	},
	{
		name: "counter_gen_own_limits",
		type: "gauge",
		help: "Counters with a limit of their own.",
		of: ({ limits }) => limits?.own,
	},
	{
		name: "counter_gen_open_loans",
		type: "gauge",
		help: "Parts of what is left that shards have been lent.",
		of: ({ limits }) => limits?.lent,
	},
	{
		name: "counter_gen_kv_publications_total",
		type: "counter",
		help: "Publications of the totals that KV took.",
		of: ({ kv }) => kv.publications,
	},
	{
		name: "counter_gen_kv_failures_total",
		type: "counter",
		help: "Publications that failed.",
		of: ({ kv }) => kv.failures.total,
	},
	{
		name: "counter_gen_kv_failures_in_row",
		type: "gauge",
		help: "Publications that failed since the last one that KV took.",
		of: ({ kv }) => kv.failures.inRow,
	},
	{
		name: "counter_gen_kv_unpublished_writes",
		type: "gauge",
		help: "Flushes and resets that KV does not have.",
		of: ({ kv }) => kv.unpublished,
	},
	{
		name: "counter_gen_kv_lag_seconds",
		type: "gauge",
		help: "Age of the oldest flush or reset that KV does not have.",
		of: ({ kv }) => kv.lag / 1000,
	},
];

const OF_SHARD: readonly Metric<Shard>[] = [
	{
		name: "counter_gen_shard_up",
		type: "gauge",
		help: "1 if the shard answered the global object.",
		of: ({ health }) => (health ? 1 : 0),
	},
	{
		name: "counter_gen_increment_requests_total",
		type: "counter",
		help: "Increment requests that are in the totals.",
		of: ({ requests }) => requests,
	},
	{
		name: "counter_gen_increments_total",
		type: "counter",
		help: "What these requests added, each batch and counter by its absolute value.",
		of: ({ volume }) => volume,
	},
	{
		name: "counter_gen_flushes_total",
		type: "counter",
		help: "Batches of the shard that are in the totals.",
		of: ({ flushes }) => flushes,
	},
	{
		name: "counter_gen_flush_failures_total",
		type: "counter",
		help: "Attempts to flush that failed.",
		of: ({ health }) => health?.failures.total,
	},
	{
		name: "counter_gen_flush_failures_in_row",
		type: "gauge",
		help: "Attempts to flush that failed since the last success.",
		of: ({ health }) => health?.failures.inRow,
	},
	{
		name: "counter_gen_flush_lag_seconds",
		type: "gauge",
		help: "Age of the oldest increment that the shard holds.",
		of: ({ health }) => health && health.lag / 1000,
	},
	{
		name: "counter_gen_pending_requests",
		type: "gauge",
		help: "Increment requests that the shard holds.",
		of: ({ health }) => health?.requests,
	},
	{
		name: "counter_gen_pending_counters",
		type: "gauge",
		help: "Counters that the shard holds increments of.",
		of: ({ health }) => health?.counters,
	},
	{
		name: "counter_gen_pending_bytes",
		type: "gauge",
		help: "About how large the next batch of the shard is; at 8000000 it refuses.",
		of: ({ health }) => health?.size,
	},
];

/**
 * Writes metrics in the text format of Prometheus, version 0.0.4.
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function metricsText(all: readonly Observed[]): string {
	const known = all.flatMap(({ namespace, health }) =>
		health ? [{ namespace, health }] : [],
	);
	const refusals = known.flatMap(({ namespace, health }) =>
		Object.entries(health.refusals).map(([code, requests]) => ({
			labels: { namespace, code },
			source: requests,
		})),
	);
	const namespaces = known.map(({ namespace, health }) => ({
		labels: { namespace },
		source: health,
	}));
	const shards = known.flatMap(({ namespace, health }) =>
		health.shards.map((source) => ({
			labels: { namespace, shard: source.shard },
			source,
		})),
	);
	const answered = all.map((source) => ({
		labels: { namespace: source.namespace },
		source,
	}));
	return [
		family(UP, answered),
		...OF_NAMESPACE.map((metric) => family(metric, namespaces)),
		family(REFUSED, refusals),
		...OF_SHARD.map((metric) => family(metric, shards)),
	].join("");
}

/** Writes a metric with its samples, which must stand together; nothing without any. */
function family<Source>(
	{ name, type, help, of }: Metric<Source>,
	sources: readonly { labels: Labels; source: Source }[],
): string {
	const samples = sources.flatMap(({ labels, source }) => {
		const value = of(source);
		return value === undefined ? [] : [`${name}{${inBraces(labels)}} ${value}`];
	});
	if (samples.length === 0) return "";
	const head = [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
	return [...head, ...samples, ""].join("\n");
}

function inBraces(labels: Labels): string {
	return Object.entries(labels)
		.map(([label, value]) => `${label}="${escaped(String(value))}"`)
		.join(",");
}

function escaped(value: string): string {
	return value
		.replaceAll("\\", "\\\\")
		.replaceAll('"', '\\"')
		.replaceAll("\n", "\\n");
}
