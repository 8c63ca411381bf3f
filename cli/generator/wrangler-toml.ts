import { stringify } from "smol-toml";
import { deadLetters } from "../config/queues.ts";
import type { Tombstone } from "../lifecycle/exports.ts";
import type { Model, NamespaceModel, WorkerModel } from "./model.ts";

type Values = Record<string, unknown>;

/** Tables of wrangler.toml that belong together, and a comment above them. */
interface Section {
	comment?: string;
	values: Values;
}

/** Uploads a small script. wrangler adds its source map, by which Cloudflare shows stacks. */
const SMALL = { minify: true, keep_names: false };

/** Renders wrangler.toml: each Worker's own keys, then what the user added. */
export function wranglerToml({ header, source, workers }: Model): string {
	const [top, ...environments] = workers;
	return [
		`# ${header}\n`,
		...written(sectionsOf(top, source)),
		...environments.flatMap((worker) => [
			`# --- ${worker.environment}: wrangler dev --env ${worker.environment}. It inherits nothing from above.\n`,
			...written(sectionsOf(worker, source), worker.environment),
		]),
	].join("\n");
}

/** Writes sections, those of an environment in its table. */
function written(sections: readonly Section[], environment?: string): string[] {
	return sections.map(({ comment, values }) => {
		const above = comment?.replaceAll(/^/gm, "# ").concat("\n") ?? "";
		const table = environment ? { env: { [environment]: values } } : values;
		return `${above}${stringify(table)}`;
	});
}

/** Lists the sections of a Worker; plain keys come first, as TOML wants them. */
function sectionsOf(worker: WorkerModel, source: string): Section[] {
	const { observability, secrets, ...others } = worker.wrangler;
	const entries = Object.entries(others);
	const added = Object.fromEntries(entries.filter(([, one]) => isTable(one)));
	return [
		{
			values: {
				name: worker.worker.name,
				main: worker.main,
				compatibility_date: worker.worker.compatibilityDate,
				...SMALL,
				...Object.fromEntries(entries.filter(([, one]) => !isTable(one))),
			},
		},
		{
			values: {
				observability: {
					enabled: worker.worker.observability,
					...(observability as Values | undefined),
				},
			},
		},
		{
			comment:
				"What a deploy insists on, and the option of `counter-gen deploy` that sets it:\nCOUNTER_ADMIN_TOKEN by --secret-from-env, COUNTER_TOKEN by --token-from-env.",
			values: {
				secrets: {
					required: [
						...worker.secretNames,
						...((secrets as { required?: string[] } | undefined)?.required ??
							[]),
					],
				},
			},
		},
		{ values: { kv_namespaces: [worker.kv] } },
		...worker.namespaces.flatMap(namespaceSections),
		...worker.tombstones.map(tombstoneSection),
		...(Object.keys(added).length > 0
			? [{ comment: `From \`wrangler\` in ${source}.`, values: added }]
			: []),
	];
}

/** Tells whether TOML writes a value as tables, and so below all that are none. */
function isTable(value: unknown): boolean {
	const isMap = (one: unknown) =>
		typeof one === "object" && one !== null && !Array.isArray(one);
	return Array.isArray(value)
		? value.length > 0 && value.every(isMap)
		: isMap(value);
}

function namespaceSections(namespace: NamespaceModel): Section[] {
	const { binding, class: className, rateLimit, queue } = namespace;
	return [
		{
			values: {
				durable_objects: {
					bindings: [{ name: binding, class_name: className }],
				},
			},
		},
		{
			values: {
				exports: { [className]: { type: "durable-object", storage: "sqlite" } },
			},
		},
		...(rateLimit ? [limiterSection(rateLimit)] : []),
		...(queue === undefined ? [] : [consumerSection(queue)]),
	];
}

function limiterSection({
	binding,
	id,
	limit,
	period,
}: NonNullable<NamespaceModel["rateLimit"]>): Section {
	const limiter = {
		name: binding,
		namespace_id: id,
		simple: { limit, period },
	};
	return { values: { ratelimits: [limiter] } };
}

/** Times that a message comes again: the last of them some 25 minutes after the first. */
const MESSAGE_RETRIES = 10;

function consumerSection(queue: string): Section {
	const consumer = {
		queue,
		max_retries: MESSAGE_RETRIES,
		dead_letter_queue: deadLetters(queue),
	};
	return { values: { queues: { consumers: [consumer] } } };
}

function tombstoneSection({ class: className, renamedTo }: Tombstone): Section {
	const state = renamedTo
		? { state: "renamed", renamed_to: renamedTo }
		: { state: "deleted" };
	return {
		comment: renamedTo
			? `Its objects, and their counts, are those of ${renamedTo} now.`
			: "Removed: a deploy deletes its objects with their counts.",
		values: { exports: { [className]: { type: "durable-object", ...state } } },
	};
}
