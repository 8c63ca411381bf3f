import type { Identity } from "./identity.ts";
import type { Config, FileValue } from "./schema.ts";

/** What a namespace is called where it does not say so itself. */
export function defaultIdentity(key: string): Identity {
	return {
		class: pascalCase(key),
		binding: `${upperSnakeCase(key)}_DO`,
		kvPrefix: key,
		mount: `/${key}`,
	};
}

/** Name of the rate limiter in the Worker's env. */
export function rateLimitBinding(binding: string): string {
	return `${binding}_RATE_LIMIT`;
}

/** The configuration that a valid file stands for. */
export function resolveConfig(file: FileValue): Config {
	const { worker, kv, namespaces, removed } = file;
	return {
		worker,
		kv,
		removed,
		namespaces: Object.entries(namespaces).map(([key, written]) => {
			const names = defaultIdentity(key);
			return {
				key,
				class: written.class ?? names.class,
				binding: written.binding ?? names.binding,
				kvPrefix: written.kvPrefix ?? names.kvPrefix,
				mount: written.mount ?? names.mount,
				shardCount: written.shardCount,
				shardMinRequestToGlobal: written.shardMinRequestToGlobal,
				shardWriteToGlobalAfter: written.shardWriteToGlobalAfter,
				globalMinWritesToKV: written.globalMinWritesToKV,
				globalWriteToKVAfter: written.globalWriteToKVAfter,
				names: written.names,
				maxCounters: written.maxCounters,
				increment: written.increment,
				methods: written.methods,
				bots: written.bots,
				access: written.access,
				rateLimit: written.rateLimit,
				idempotencyWindow: written.idempotencyWindow,
				writeLog: written.writeLog,
				...(written.renamedFrom !== undefined && {
					renamedFrom: written.renamedFrom,
				}),
			};
		}),
	};
}

/** `page-views` is `PageViews`. */
function pascalCase(key: string): string {
	return key.replaceAll(/(?:^|[-_]+)(.?)/g, (_, first) => first.toUpperCase());
}

/** `page-views` and `pageViews` are `PAGE_VIEWS`. */
function upperSnakeCase(key: string): string {
	return key
		.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
		.replaceAll("-", "_")
		.toUpperCase();
}
