import type { Env } from "hono";
import { HonoBase } from "hono/hono-base";
import type { BlankEnv } from "hono/types";
import { PathRouter } from "./path-router.ts";

/**
 * Routes requests by a router of its own. Of Hono's, the large ones weigh a
 * twentieth of the packed Worker and compile all routes at the first request; the
 * small ones answer `/counters/` as `/counters`.
 */
export class App<E extends Env = BlankEnv> extends HonoBase<E> {
	override router: HonoBase<E>["router"] = new PathRouter();

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
