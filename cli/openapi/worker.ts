import type { Config, Namespace } from "../config/schema.ts";
import { ADMIN_SECRET } from "../config/secrets.ts";
import { json, type Operation, parameters } from "./operation.ts";

/** A route that the Worker has once, whatever its namespaces. */
export interface WorkerRoute {
	path: string;
	/** "public", or the secret that callers must send. */
	access: string;
	answer: string;
	operation: Operation;
}

/** Settings that these routes depend on. */
export interface WorkerOptions {
	worker: Pick<Config["worker"], "name" | "openapi">;
	namespaces: readonly Pick<Namespace, "access">[];
}

/** Lists these routes; those of the dashboard are its own. */
export function workerRoutes({
	worker,
	namespaces,
}: WorkerOptions): WorkerRoute[] {
	const isGuarded = namespaces.some(({ access }) => access.admin === "token");
	const document: WorkerRoute = {
		path: "/-/openapi.json",
		access: "public",
		answer: "this document",
		operation: {
			id: "openapi",
			answer: { content: { "application/json": { type: "object" } } },
			problems: [],
		},
	};
	return [
		{
			path: "/-/healthz",
			access: "public",
			answer: "tells that the Worker runs",
			operation: { id: "health", answer: json("Health"), problems: [] },
		},
		{
			path: "/-/metrics",
			access: isGuarded ? ADMIN_SECRET : "public",
			answer: "metrics for Prometheus",
			operation: {
				id: "metrics",
				answer: { content: { "text/plain": { type: "string" } } },
				problems: [],
			},
		},
		{
			path: "/-/counter.js",
			access: "public",
			answer: "the script of `<counter-value>`",
			operation: {
				id: "counterScript",
				parameters: parameters("IfNoneMatch"),
				answer: {
					content: { "text/javascript": { type: "string" } },
					headers: ["ETag"],
				},
				cached: true,
				problems: [],
			},
		},
		...(worker.openapi ? [document] : []),
	];
}
