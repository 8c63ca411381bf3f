import type { Namespace } from "../config/schema.ts";
import { ADMIN_SECRET, TOKEN_SECRET } from "../config/secrets.ts";
import { type Components, componentsOf, referenced } from "./components.ts";
import type { Described, Method, Operation } from "./operation.ts";
import type { ProblemCode } from "./problems.ts";
import { Refusals } from "./refusals.ts";
import { routesOf } from "./routes.ts";
import { headers, media, type Schema } from "./schemas.ts";
import { type WorkerOptions, workerRoutes } from "./worker.ts";

/** A Worker, as far as its routes depend on it. */
export interface DescribedWorker extends WorkerOptions {
	namespaces: readonly (Described &
		Pick<Namespace, "key" | "mount" | "access" | "live">)[];
}

/** An OpenAPI document. */
export interface OpenApi {
	openapi: string;
	info: { title: string; version: string; description: string };
	tags: readonly { name: string; description: string }[];
	paths: Record<string, Record<string, Schema>>;
	components: Components;
}

/** A request must have one of these: no token, or one of the two. */
type Security = readonly Readonly<Record<string, readonly []>>[];

const ADMIN: Security = [{ adminToken: [] }];

/** Refusals of a route that asks for a token. */
const GUARDED: readonly ProblemCode[] = [
	"unauthorized",
	"header-too-large",
	"secret-not-set",
	"secret-not-usable",
];

/**
 * Describes all routes of a Worker, and nothing that its configuration leaves
 * out: https://spec.openapis.org/oas/v3.1.1
 *
 * @param header says where the document comes from
 */
export function openApi(worker: DescribedWorker, header: string): OpenApi {
	const paths: OpenApi["paths"] = {};
	const refusals = new Refusals();
	const add = (path: string, method: Method, operation: Schema) => {
		const template = path.replaceAll(/:(\w+)/g, "{$1}");
		paths[template] = { ...paths[template], [method.toLowerCase()]: operation };
	};
	for (const namespace of worker.namespaces)
		for (const { methods, path, access, answer, describe } of routesOf(
			namespace,
		))
			for (const method of methods) {
				const operation = describe(namespace, method);
				const byGet = methods.length > 1 && method === "GET" ? "ByGet" : "";
				const isDeeper = operation.deeper && namespace.access.admin === "token";
				add(path, method, {
					operationId: `${namespace.class}_${operation.id}${byGet}`,
					tags: [namespace.key],
					...described(
						operation,
						method,
						answer,
						securityOf(access, isDeeper),
						refusals,
					),
				});
			}
	for (const { path, access, answer, operation } of workerRoutes(worker))
		add(path, "GET", {
			operationId: operation.id,
			...described(operation, "GET", answer, securityOf(access), refusals),
		});
	return {
		openapi: "3.1.1",
		info: {
			title: worker.worker.name,
			version: "1",
			description: `${header} Answers may get more members and headers: ignore those that you do not know.`,
		},
		tags: worker.namespaces.map(({ key, mount }) => ({
			name: key,
			description: `The namespace at ${mount}`,
		})),
		paths,
		components: referenced(paths, {
			...componentsOf(worker.namespaces),
			responses: refusals.responses,
		}),
	};
}

/** @param isDeeper tells that the admin token opens more of it */
function securityOf(access: string, isDeeper = false): Security {
	if (access.includes(ADMIN_SECRET)) return ADMIN;
	if (access.includes(TOKEN_SECRET)) return [{ token: [] }, ...ADMIN];
	return isDeeper ? [{}, ...ADMIN] : [];
}

function described(
	{ parameters = [], body, answer, ...operation }: Operation,
	method: Method,
	summary: string,
	security: Security,
	refusals: Refusals,
): Schema {
	const isGuarded = security.length > 0 && !operation.refusesItself;
	const problems = new Set<ProblemCode>([
		...operation.problems,
		...(isGuarded ? GUARDED : []),
		"internal-error",
	]);
	return {
		summary,
		...(security.length > 0 && { security }),
		...(parameters.length > 0 && { parameters }),
		...(body && {
			requestBody: { required: body.required, content: media(body.content) },
		}),
		responses: {
			[answer.status ?? 200]: {
				description: summary,
				...headers(answer.headers),
				...(answer.content && { content: media(answer.content) }),
			},
			...(operation.cached && {
				304: {
					description: "The client has it already.",
					...headers(answer.headers),
				},
			}),
			...refusals.of(
				[...problems],
				method === "GET" ? operation.image : undefined,
			),
		},
	};
}
