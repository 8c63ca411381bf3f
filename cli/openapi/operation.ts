import type { Namespace } from "../config/schema.ts";
import type { ProblemCode } from "./problems.ts";
import { type Content, ref, type Schema } from "./schemas.ts";

/** A namespace as its operations need it. */
export type Described = Pick<
	Namespace,
	| "class"
	| "methods"
	| "bots"
	| "rateLimit"
	| "idempotencyWindow"
	| "names"
	| "increment"
	| "top"
	| "history"
	| "total"
>;

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** Images that stand in for JSON. */
export type ImageType = "image/gif" | "image/svg+xml";

/** A route and method, as the document describes it. */
export interface Operation {
	/** Ends its operationId, after the class: client generators make it a function's name. */
	id: string;
	parameters?: readonly Schema[];
	/** Bodies that it takes. */
	body?: { required: boolean; content: Content };
	/** The answer when all went well. */
	answer: {
		/** By default 200. */
		status?: number;
		content?: Content;
		/** Names of its headers. */
		headers?: readonly string[];
	};
	/** Set if it answers 304 to a client that has the answer already. */
	cached?: true;
	/** Problems besides those of a missing token, and `internal-error`. */
	problems: readonly ProblemCode[];
	/** Media type of refusals, too, where an image is asked for. */
	image?: ImageType;
	/** Set if the admin token opens more of it. */
	deeper?: true;
	/** Set if `problems` has those of a missing token, which it answers its own way. */
	refusesItself?: true;
}

/** Describes what a route of a namespace does with a method. */
export type Describe = (namespace: Described, method: Method) => Operation;

/** Names the schema of the names, or of the increments, of a namespace. */
export function own(
	{ class: name }: Pick<Described, "class">,
	what: "Counter" | "Increment",
): string {
	return `${name}${what}`;
}

/** Makes an answer of JSON. */
export function json(
	name: string,
	headers: readonly string[] = [],
): Operation["answer"] {
	return { content: { "application/json": ref("schemas", name) }, headers };
}

/** Refers to parameters by their names. */
export function parameters(...names: readonly string[]): Schema[] {
	return names.map((name) => ref("parameters", name));
}

/** Problems of any call of an object. */
export const OBJECT: readonly ProblemCode[] = [
	"object-unavailable",
	"storage-full",
];

/** … with a question to the global object. */
export const GLOBAL: readonly ProblemCode[] = [...OBJECT, "global-unreachable"];

/** … with a question to every shard. */
export const EVERY_SHARD: readonly ProblemCode[] = [
	...GLOBAL,
	"shard-unreachable",
	"busy",
];

/** … with a read from KV. */
export const KV: readonly ProblemCode[] = ["kv-unavailable", "kv-page-gone"];
