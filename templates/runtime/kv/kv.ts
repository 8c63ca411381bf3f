import type { Problem } from "../problem.ts";
import type { Entry } from "../protocol.ts";

/** Metadata of a value. */
export interface KvMetadata {
	/** Moment of the totals; milliseconds since 1970. */
	asOf: number;
	/** The value is not totals but the list of the pages that hold them. */
	isManifest?: boolean;
}

/** A page of the totals, as a manifest names it: up to the next one's first. */
export interface KvPage {
	/** The name that it begins with. */
	first: string;
	key: string;
	/** In the first page, where `top` is on: the highest totals of all pages. */
	top?: readonly Entry[];
}

/** The part of a KV binding that publishing uses. */
export interface KvWriter {
	put(key: string, text: string, metadata?: KvMetadata): Promise<void>;
	delete(key: string): Promise<void>;
}

/** The key that holds a namespace's totals, or says where they are. */
export function kvKey(kvPrefix: string): string {
	return `${kvPrefix}~counters`;
}

/** A KV binding as publishing uses it. */
export function kvWriter(kv: () => KVNamespace): KvWriter {
	return {
		put: async (key, text, metadata) =>
			kv().put(key, text, metadata && { metadata }),
		delete: async (key) => kv().delete(key),
	};
}

/** The value that lists pages. */
export function manifestText(pages: readonly KvPage[]): string {
	return JSON.stringify(pages);
}

/** Makes the problem of a put that KV refused. */
export function kvProblem(error: unknown): Problem {
	return {
		code: "kv-unavailable",
		status: 503,
		title: "KV did not take the totals",
		detail: `The totals are right, and KV will be written to again until it takes them (${error})`,
		retryAfter: 5,
	};
}
