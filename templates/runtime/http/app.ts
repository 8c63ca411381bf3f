import type { Env } from "hono";
import { HonoBase } from "hono/hono-base";
import { RegExpRouter } from "hono/router/reg-exp-router";
import type { BlankEnv } from "hono/types";

/**
 * Routes requests by Hono's fast router alone. Hono's default has two more in its
 * bundle for paths that this one refuses, and no path of a counter is one.
 */
export class App<E extends Env = BlankEnv> extends HonoBase<E> {
	override router: HonoBase<E>["router"] = new RegExpRouter();

	/** Lists the methods of the routes that match a path; those of any method are left out. */
	methodsAt(path: string): string[] {
		const methods = [...new Set(this.routes.map(({ method }) => method))];
		return methods.filter((method) =>
			this.router
				.match(method, path)[0]
				.some(([[, route]]) => route.method === method && method !== "ALL"),
		);
	}
}
