import type { Context } from "hono";
import { accepts } from "hono/accepts";
import { guarded, guards, type Handle } from "../http/access.ts";
import { answer } from "../http/answer.ts";
import { answerNotFound, globalUnreachable } from "../http/errors.ts";
import { observe } from "../http/metrics-route.ts";
import type { RoutedNamespace } from "../http/namespace.ts";
import { CounterProblem } from "../problem.ts";
import { script, style } from "./assets.ts";
import type { Dashboard } from "./contract.ts";
import { ICON, PAGE } from "./page.ts";
import { shown } from "./shown.ts";

/**
 * Headers of the page and its files: it runs and asks nothing but what this
 * Worker answers, stands in no frame, and tells nobody where it is.
 */
const HEADERS = {
	"Cache-Control": "no-cache",
	"Content-Security-Policy":
		"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"Referrer-Policy": "no-referrer",
	"X-Content-Type-Options": "nosniff",
};

/** Answer to a browser at `/`: relative, as the Worker may be below a path. */
const TO_PAGE = {
	status: 302,
	headers: { Location: "-/", "Cache-Control": "no-store", Vary: "Accept" },
};

/**
 * Adds a page at `/-/` that shows counts as they arrive. Everyone may load it;
 * the numbers are behind the admin token, which the page asks for.
 *
 * @example
 * export default counterWorker({
 * 	mounts: { "/": Metrics },
 * 	dashboard: dashboard(),
 * });
 */
export function dashboard(): Dashboard {
	return {
		addTo(app, mounts) {
			app.get("/-/", file(PAGE, "text/html"));
			app.get(
				"/-/dashboard.js",
				file(script.text, "text/javascript", script.sha256),
			);
			app.get("/-/dashboard.css", file(style.text, "text/css", style.sha256));
			app.get("/-/icon.svg", file(ICON, "image/svg+xml"));
			const namespaces = Object.entries(mounts);
			const asked = namespaces
				.map(([, { access }]) => guards(access).admin)
				.find((guard) => guard !== undefined);
			app.get(
				"/-/namespaces",
				guarded(asked, async () =>
					answer(namespaces.map(([mount, counter]) => shown(mount, counter))),
				),
			);
			const health = new Map(
				namespaces.map(([, counter]) => [
					counter.doNamespace,
					guarded(guards(counter.access).admin, (c) => healthOf(counter, c)),
				]),
			);
			app.get(
				"/-/namespaces/:namespace",
				(c) => health.get(c.req.param("namespace"))?.(c) ?? answerNotFound(c),
			);
		},
		fromRoot: (c) =>
			c.req.path === "/" && isBrowser(c)
				? new Response(null, TO_PAGE)
				: undefined,
	};
}

/** @throws CounterProblem (503) if the global object does not answer */
async function healthOf(
	counter: RoutedNamespace,
	{ env }: Context,
): Promise<Response> {
	const { health } = await observe(counter, env);
	if (!health) throw new CounterProblem(globalUnreachable);
	return answer(health);
}

/** Tells whether somebody wants a page: programs that take anything do not. */
function isBrowser(c: Context): boolean {
	const type = accepts(c, {
		header: "Accept",
		supports: ["application/json", "text/html"],
		default: "application/json",
	});
	return type === "text/html" && ["GET", "HEAD"].includes(c.req.method);
}

/** Makes the route of the page, or of a file that it needs. */
function file(text: string, type: string, hash?: string): Handle {
	const tag = hash === undefined ? undefined : `"${hash}"`;
	const headers = {
		...HEADERS,
		"Content-Type": `${type}; charset=utf-8`,
		...(tag !== undefined && { ETag: tag }),
	};
	return async (c) =>
		tag !== undefined && c.req.header("If-None-Match")?.includes(tag)
			? new Response(null, { status: 304, headers })
			: new Response(text, { headers });
}
