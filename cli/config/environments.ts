import { environmentName } from "./identity.ts";
import { isValues, mergeOver, type Values } from "./merge.ts";
import { nearest } from "./nearest.ts";
import type { ConfigProblem } from "./problem.ts";
import { type Config, knownKeys } from "./schema.ts";
import { clip, got, type Source } from "./source.ts";

/** Lists the overrides of every environment by its name, in the order of the file. */
export function overlays(file: Values): Map<string, Values> {
	const { environments } = file;
	const all = isValues(environments) ? Object.entries(environments) : [];
	return new Map(all.map(([name, own]) => [name, isValues(own) ? own : {}]));
}

/**
 * Finds overrides of namespaces that are not there: an environment only changes
 * what the file has, so that a mistyped key does not add a namespace.
 */
export function strayNamespaces(source: Source, file: Values): ConfigProblem[] {
	const known = isValues(file.namespaces) ? Object.keys(file.namespaces) : [];
	return [...overlays(file)].flatMap(([environment, { namespaces }]) =>
		Object.keys(isValues(namespaces) ? namespaces : {})
			.filter((key) => !known.includes(key))
			.map((key): ConfigProblem => {
				const path = ["environments", environment, "namespaces", key];
				const near = nearest(key, known);
				return {
					code: "unknown-key",
					what: `the environment \`${environment}\` overrides a namespace \`${clip(key)}\`, which the file does not have`,
					fix: near
						? `did you mean \`${near}\`?`
						: "add it at the top level; an environment can only change what is there",
					where: source.placeOfKey(source.locate(path)),
				};
			}),
	);
}

/** Longest name of a Worker. */
const MAX_WORKER_NAME_CHARACTERS = 63;

/** Finds environments with a bad name, or one that makes their Worker's too long. */
export function nameProblems(
	source: Source,
	file: Values,
	workerName = "",
): ConfigProblem[] {
	const problems: ConfigProblem[] = [];
	for (const [name, own] of overlays(file)) {
		const { error } = environmentName.safeParse(name);
		const spot = source.locate(["environments", name]);
		const code = "bad-environment-name";
		const where = source.placeOfKey(spot);
		if (error)
			problems.push({
				code,
				what: `the name of an environment ${error.issues[0]?.message}; got ${got(spot.key, source)}`,
				where,
			});
		else if (
			!isNamed(own) &&
			derived(workerName, name).length > MAX_WORKER_NAME_CHARACTERS
		)
			problems.push({
				code,
				what: `the Worker of the environment \`${name}\` would be called ${derived(workerName, name)}, which is longer than ${MAX_WORKER_NAME_CHARACTERS} characters`,
				fix: "give the environment a `worker.name` of its own",
				where,
			});
	}
	return problems;
}

function isNamed({ worker }: Values): boolean {
	return isValues(worker) && worker.name !== undefined;
}

function derived(workerName: string, environment: string): string {
	return `${workerName}-${environment}`;
}

/**
 * Answers a file's value as it is in one environment. The Worker is another one
 * there: its name gets the environment's at the end unless it is written. So is
 * the KV namespace: its `id` is not inherited, for two Workers that publish to one
 * key would overwrite each other's totals. Nor is what one Worker alone can have
 * under `wrangler`.
 */
export function inEnvironment(
	file: Values,
	name: string,
	workerName: string | undefined,
	own: Values,
): Values {
	const { environments: _, kv, worker, wrangler, namespaces, ...rest } = file;
	const { id: __, ...kvWithoutId } = isValues(kv) ? kv : {};
	const renamed = workerName && {
		name: derived(workerName, name).slice(0, MAX_WORKER_NAME_CHARACTERS),
	};
	const base = {
		...rest,
		namespaces: withoutQueues(namespaces),
		worker: mergeOver(worker, renamed),
		kv: isValues(kv) ? kvWithoutId : kv,
		wrangler: isValues(wrangler) ? shareable(wrangler) : wrangler,
	};
	const known = Object.entries(own).filter(([key]) =>
		knownKeys.environment.includes(key),
	);
	return mergeOver(base, Object.fromEntries(known)) as Values;
}

/** Leaves out the queues: each has one consumer, which is the first Worker. */
function withoutQueues(namespaces: unknown): unknown {
	if (!isValues(namespaces)) return namespaces;
	return Object.fromEntries(
		Object.entries(namespaces).map(([key, own]) => {
			if (!isValues(own)) return [key, own];
			const { queue: _, ...rest } = own;
			return [key, rest];
		}),
	);
}

/**
 * Leaves out what a second Worker would take over from the first: an address, a
 * queue to consume, a workflow of its own. Wrangler itself would inherit routes
 * that are not written, so the list stays, empty.
 */
function shareable(wrangler: Values): Values {
	const { routes, queues, workflows } = wrangler;
	return {
		...wrangler,
		...(routes !== undefined && { routes: [] }),
		...(isValues(queues) && { queues: { ...queues, consumers: [] } }),
		...(Array.isArray(workflows) && {
			workflows: workflows.filter(
				(one) => isValues(one) && one.script_name !== undefined,
			),
		}),
	};
}

/** Finds names on Cloudflare that two environments cannot both have. */
export function environmentClashes(
	source: Source,
	configs: ReadonlyMap<string | undefined, Config>,
): ConfigProblem[] {
	const problems: ConfigProblem[] = [];
	const seen = new Map<string, string>();
	for (const [environment, config] of configs) {
		const owner = environment
			? `the environment \`${environment}\``
			: "the top level";
		const claim = (name: string, path: string[], clash: Clash) => {
			const other = seen.get(name);
			seen.set(name, other ?? owner);
			if (other === undefined || environment === undefined) return;
			const spot = source.locate(["environments", environment, ...path]);
			problems.push({
				code: "not-unique",
				what: `${other} and ${owner} have the same ${clash.what}`,
				why: clash.why,
				fix: clash.fix,
				where: source.placeOfValue(spot),
			});
		};
		claim(`worker ${config.worker.name}`, ["worker", "name"], {
			what: `\`worker.name\`, ${config.worker.name}`,
			why: "the later deploy would replace the earlier one's Worker",
			fix: "give the environment a `worker.name` of its own, or none",
		});
		const { id, binding } = config.kv;
		if (id === undefined)
			claim(
				`kv title ${titleOf(config.worker.name, binding)}`,
				["kv", "binding"],
				{
					what: `KV namespace, ${titleOf(config.worker.name, binding)}, which their \`worker.name\` and \`kv.binding\` make`,
					why: "both would overwrite the same KV keys",
					fix: "give one of them another `kv.binding`, or a `kv.id`",
				},
			);
		for (const { key, kvPrefix } of config.namespaces)
			if (id !== undefined)
				claim(`kv ${id} ${kvPrefix}`, ["namespaces", key], {
					what: `\`kv.id\` and, in \`${key}\`, the same \`kvPrefix\``,
					why: "both would overwrite the same KV key",
					fix: "give the environment a `kv.id` of its own, or none: then one is provisioned",
				});
	}
	return problems;
}

/** Names the KV namespace that wrangler provisions. */
function titleOf(worker: string, binding: string): string {
	return `${worker}-${binding.toLowerCase().replaceAll("_", "-")}`;
}

interface Clash {
	what: string;
	why: string;
	fix: string;
}
