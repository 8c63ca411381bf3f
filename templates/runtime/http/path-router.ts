import type { Result, Router } from "hono/router";

interface Route<T> {
	method: string;
	/** All that stands before the first parameter or star. */
	prefix: string;
	pattern: RegExp;
	handler: T;
}

/** Matches what of a route's path is no text: parameters, a star at the end, what patterns escape. */
const SPECIAL = /:(\w+)(?:\{([^}]+)\})?|\/\*$|[^\w/]/g;

/**
 * Finds the routes of a path, in the order in which they were added. In theirs,
 * `:name{pattern}` stands for what the pattern matches, `:name` for all up to the
 * next slash, `/*` at the end for anything or nothing. A slash more is another path.
 */
export class PathRouter<T> implements Router<T> {
	readonly name = "PathRouter";
	readonly #routes: Route<T>[] = [];

	add(method: string, path: string, handler: T): void {
		const source = path.replace(
			SPECIAL,
			(text: string, name?: string, pattern = "[^/]+") =>
				name
					? `(?<${name}>${pattern})`
					: text === "/*"
						? "(?:/.*)?"
						: `\\${text}`,
		);
		const [prefix = ""] = path.split(/:|\/\*$/);
		const pattern = new RegExp(`^${source}$`, "s");
		this.#routes.push({ method, prefix, pattern, handler });
	}

	match(method: string, path: string): Result<T> {
		const matches: [T, Record<string, string>][] = [];
		for (const route of this.#routes) {
			if (!path.startsWith(route.prefix)) continue;
			if (route.method !== method && route.method !== "ALL") continue;
			const found = route.pattern.exec(path);
			if (found) matches.push([route.handler, found.groups ?? {}]);
		}
		return [matches];
	}
}
