import type { Context, Hono } from "hono";
import type { RoutedNamespace } from "../http/namespace.ts";

/** Page that shows the counters; `feature.ts` makes it. */
export interface Dashboard {
	/** Adds the routes of the page, and of what only the page asks. */
	addTo(app: Hono, mounts: Readonly<Record<string, RoutedNamespace>>): void;
	/** Sends a browser on from `/`, where nothing else answers; nobody else. */
	fromRoot(c: Context): Response | undefined;
}
