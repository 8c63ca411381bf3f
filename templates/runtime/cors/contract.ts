import type { Hono } from "hono";

/** Lets pages of other origins call; `feature.ts` makes it. */
export interface CrossOrigin {
	/** Puts the headers that browsers ask for on the routes added from then on. */
	addTo(app: Hono): void;
	/** Tells whether pages of an origin may call. */
	allows(origin: string): boolean;
}
