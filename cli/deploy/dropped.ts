import { CounterGenError, type Diagnostic } from "../errors.ts";
import { type Dropped, droppedRefusal } from "../lifecycle/dropped.ts";
import type { Wrangler } from "./leftover-kv.ts";
import { readJson } from "./wrangler-report.ts";

/**
 * Refuses a deploy without dropped namespaces of which Cloudflare has objects,
 * or cannot be asked.
 *
 * @throws CounterGenError `namespace-dropped`
 */
export async function requireNoneDropped(
	dropped: readonly Dropped[],
	wrangler: Wrangler,
): Promise<void> {
	if (dropped.length === 0) return;
	const classes = await deployedClasses(wrangler);
	const problems = classes
		? droppedOnCloudflare(dropped, classes)
		: dropped.map((one) =>
				droppedRefusal(
					one,
					`Cloudflare could not be asked whether it has its class ${one.classes[0]}`,
				),
			);
	if (problems.length > 0) throw new CounterGenError(problems);
}

/** Explains which dropped namespaces have one of `classes` on Cloudflare. */
export function droppedOnCloudflare(
	dropped: readonly Dropped[],
	classes: ReadonlySet<string>,
): Diagnostic[] {
	return dropped.flatMap((one) => {
		const name = one.classes.find((name) => classes.has(name));
		return name === undefined
			? []
			: [droppedRefusal(one, `Cloudflare has its class ${name}`)];
	});
}

interface Version {
	resources: { bindings: { type: string; class_name?: string }[] };
}

/**
 * Asks which Durable Object classes the deployed versions bind: a generated
 * Worker binds all that it has.
 */
async function deployedClasses(
	wrangler: Wrangler,
): Promise<Set<string> | undefined> {
	const status = await wrangler(["deployments", "status", "--json"]);
	const deployment = readJson<{ versions: { version_id: string }[] }>(status);
	if (!deployment) return undefined;
	const classes = new Set<string>();
	for (const { version_id: id } of deployment.versions) {
		const view = await wrangler(["versions", "view", id, "--json"]);
		const version = readJson<Version>(view);
		if (!version) return undefined;
		for (const { type, class_name: name } of version.resources.bindings)
			if (type === "durable_object_namespace" && name) classes.add(name);
	}
	return classes;
}
