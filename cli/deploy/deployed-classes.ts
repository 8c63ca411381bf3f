import type { Wrangler } from "./leftover-kv.ts";
import { readJson } from "./wrangler-report.ts";

interface Version {
	resources: { bindings: { type: string; class_name?: string }[] };
}

/**
 * Asks which Durable Object classes the deployed versions bind: a generated
 * Worker binds all that it has. Answers undefined if Cloudflare cannot be asked.
 */
export async function deployedClasses(
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
