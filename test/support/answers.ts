import * as z from "zod";
import { codes } from "../../cli/codes.ts";

/** Promises of docs/cli.md for `--json`: the same names and keys, strictly. */

const place = z.strictObject({
	file: z.string(),
	line: z.int().min(1).optional(),
	column: z.int().min(1).optional(),
	frame: z.string().optional(),
});

const diagnostic = z.strictObject({
	code: z.enum(Object.values(codes).flat()),
	what: z.string(),
	why: z.string().optional(),
	fix: z.string().optional(),
	where: place.optional(),
});

const answer = z.strictObject({
	ok: z.boolean(),
	diagnostics: z.array(diagnostic),
	warnings: z.array(diagnostic),
});

const count = z.int().min(0);
/** The part of a file's past that is in buckets. */
const placed = z.strictObject({ inFile: z.int(), there: z.int() });

const range = z.strictObject({ min: z.int(), max: z.int() });
const ms = z.number().min(0);

/** A whole number that may be past what a number of JSON holds. */
const bigWhole = z.string().regex(/^-?\d+$/);
const totals = z.strictObject({
	asOf: z.iso.datetime().nullable(),
	counters: count,
	sum: bigWhole,
});

const namespaceChange = z.strictObject({
	kind: z.string(),
	environment: z.string().optional(),
	key: z.string(),
	from: z.union([z.string(), z.number()]).optional(),
	to: z.union([z.string(), z.number()]).optional(),
	text: z.string(),
});

const number = z.number().min(0);

const lag = z.strictObject({
	typical: number,
	p99: number,
	worst: number.nullable(),
});

const lever = z.strictObject({
	namespace: z.string(),
	key: z.string(),
	from: number,
	to: number,
	dollars: number,
});

const change = z.strictObject({
	namespace: z.string(),
	key: z.string(),
	from: number,
	to: number,
});

const billLine = z.strictObject({
	line: z.string(),
	used: number,
	included: number,
	dollars: number,
	source: z.url(),
});

const namespacePlan = z.strictObject({
	namespace: z.string(),
	load: z.strictObject({
		rate: number,
		peak: number,
		counters: count,
		isUniform: z.boolean(),
		reads: number,
		viewers: number,
		batch: count,
		isKeyed: z.boolean(),
		isQueued: z.boolean(),
		nameCharacters: count,
	}),
	month: z.record(z.string(), number),
	lagSeconds: z
		.strictObject({ global: lag, kv: lag, live: lag.optional() })
		.optional(),
	peak: z.strictObject({ shard: number, global: number, kv: number }),
	keepsUp: z.boolean(),
	borrowing: z.strictObject({ calls: number, full: number }).optional(),
});

const loadPlan = z.strictObject({
	namespaces: z.array(namespacePlan),
	month: z.array(billLine),
	planDollars: number,
	dollars: number,
	pricesRead: z.string().regex(/^\d{4}-\d\d$/),
	dearest: z
		.strictObject({
			line: z.string(),
			dollars: number,
			key: lever.optional(),
			batch: lever.optional(),
		})
		.nullable(),
	free: z.strictObject({
		holds: z.boolean(),
		exhausted: z.array(
			z.strictObject({
				line: z.string(),
				used: number,
				limit: number,
				afterHours: number.nullable(),
			}),
		),
	}),
});

export const answers = {
	Place: place,
	Diagnostic: diagnostic,
	Answer: answer,
	Started: answer.extend({
		dir: z.string(),
		written: z.array(z.string()),
		added: z.record(z.string(), z.array(z.string())),
		kept: z.array(z.string()),
	}),
	Completing: answer.extend({ shell: z.string(), script: z.string() }),
	Validated: answer.extend({
		namespaces: z.array(z.string()),
		environments: z.array(z.string()),
	}),
	Generated: answer.extend({
		dryRun: z.boolean(),
		written: z.array(z.string()),
		removed: z.array(z.string()),
		unchanged: count,
		discarded: z.array(z.string()).optional(),
		diff: z.string().optional(),
		namespaces: z.array(namespaceChange),
	}),
	NamespaceChange: namespaceChange,
	Checked: answer.extend({
		drift: z.array(z.string()),
		interrupted: z.boolean(),
	}),
	Deployed: answer.extend({
		dryRun: z.boolean(),
		env: z.string().nullable(),
		worker: z.string(),
		urls: z.array(z.url()),
		versionId: z.string().nullable(),
		classes: z.strictObject({
			created: z.array(z.string()),
			renamed: z.array(z.strictObject({ from: z.string(), to: z.string() })),
			deleted: z.array(z.string()),
		}),
		tombstones: z.array(z.string()),
		kv: z.array(z.string()),
		written: z.array(z.string()),
		removed: z.array(z.string()),
	}),
	Loaded: answer.extend({
		url: z.url(),
		counter: z.string(),
		batch: count.nullable(),
		rate: count.nullable(),
		requests: count,
		acknowledged: count,
		limited: count,
		refused: count,
		indeterminate: count,
		seconds: ms,
		requestsPerSecond: z.number().min(0),
		countsPerSecond: z.number().min(0),
		latencyMs: z
			.strictObject({ min: ms, p50: ms, p90: ms, p99: ms, p99_9: ms, max: ms })
			.nullable(),
		histogram: z.array(z.strictObject({ toMs: ms, count })),
		failures: z.array(
			z.strictObject({
				cause: z.string(),
				kind: z.enum(["refused", "indeterminate"]),
				count,
				problem: z.string().optional(),
			}),
		),
		driverRequestsPerSecond: z.number().min(0).nullable(),
		verification: z
			.strictObject({
				read: z.enum(["kv", "global", "exact"]),
				counter: z.string(),
				before: z.int(),
				after: z.int(),
				expected: range,
				counters: count,
				wrong: count,
				ok: z.boolean(),
			})
			.nullable(),
	}),
	Costed: answer.extend({
		plans: z.array(loadPlan),
		changes: z.array(change).optional(),
	}),
	Change: change,
	LoadPlan: loadPlan,
	NamespacePlan: namespacePlan,
	Lag: lag,
	BillLine: billLine,
	Lever: lever,
	Exported: answer.extend({
		url: z.url(),
		read: z.enum(["kv", "global", "exact"]),
		asOf: z.iso.datetime().nullable(),
		counters: count,
		sum: bigWhole,
		history: z.boolean(),
		file: z.string(),
	}),
	Imported: answer.extend({
		url: z.url(),
		mode: z.enum(["add", "replace"]),
		counters: count,
		sum: bigWhole,
		requests: count,
		repeated: count,
		wrong: count,
		higher: count,
		past: z
			.union([
				z.literal("none"),
				z.strictObject({
					minute: placed.optional(),
					hour: placed.optional(),
					day: placed.optional(),
				}),
			])
			.optional(),
		differences: z.array(range.extend({ counter: z.string(), value: z.int() })),
	}),
	Standing: answer.extend({
		url: z.url(),
		global: totals.nullable(),
		kv: totals.nullable(),
		top: z.array(
			z.strictObject({
				counter: z.string(),
				value: z.int(),
				today: z.int().optional(),
				thisHour: z.int().optional(),
				left: z
					.strictObject({
						remaining: count.nullable(),
						per: z.enum(["hour", "day", "month"]).nullable(),
					})
					.optional(),
			}),
		),
		shards: z.array(
			z.strictObject({
				counters: count.nullable(),
				sum: bigWhole.nullable(),
				flushedAt: z.int().nullable(),
			}),
		),
		writes: z.array(
			z.strictObject({
				cmd: z.string(),
				event: z.string(),
				shardName: z.string(),
				counters: count,
				timestamp: z.int(),
			}),
		),
	}),
	Dated: answer.extend({
		url: z.url(),
		counter: z.string(),
		by: z.enum(["minute", "hour", "day"]),
		timeZone: z.string(),
		asOf: z.iso.datetime(),
		points: z.array(
			z.strictObject({
				start: z.iso.datetime({ offset: true }),
				value: z.int(),
				final: z.boolean(),
			}),
		),
	}),
	Highest: answer.extend({
		url: z.url(),
		asOf: z.iso.datetime().nullable(),
		start: z.iso.datetime({ offset: true }).optional(),
		top: z.array(z.strictObject({ counter: z.string(), value: z.int() })),
	}),
	Ready: z.strictObject({
		event: z.literal("ready"),
		warnings: z.array(diagnostic),
		url: z.url(),
		namespaces: z.array(z.strictObject({ key: z.string(), url: z.url() })),
		tokenFile: z.string(),
	}),
	Followed: z.strictObject({
		event: z.literal("generated"),
		ok: z.literal(true),
		warnings: z.array(diagnostic),
		written: z.array(z.string()),
		removed: z.array(z.string()),
		unchanged: count,
	}),
	Refused: answer.extend({ event: z.literal("refused") }),
};

/** Reads one line of JSON; throws if it is not what the page promises. */
export function readAnswer<Name extends keyof typeof answers>(
	name: Name,
	stdout: string,
): z.infer<(typeof answers)[Name]> {
	if (!/^.+\n$/.test(stdout)) throw new Error(`not one line: ${stdout}`);
	return answers[name].parse(JSON.parse(stdout)) as z.infer<
		(typeof answers)[Name]
	>;
}
