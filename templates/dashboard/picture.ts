import type { ShownNamespace } from "../runtime/dashboard/shown.ts";
import type { NamespaceHealth } from "../runtime/object/health.ts";
import type { WriteEvent } from "../runtime/protocol.ts";
import { Totals } from "./totals.ts";

/** A namespace as it was seen last. */
export interface Picture {
	namespace: ShownNamespace;
	/** State of the way on which its numbers reach the page. */
	connection: "starting" | "live" | "polling" | "paused" | "lost";
	/** Refusal of the Worker to the last question. */
	problem: string | undefined;
	/** Missing until it was read once. */
	health: NamespaceHealth | undefined;
	/** Health before that, with the time between the two. */
	before: { health: NamespaceHealth; ms: number } | undefined;
	totals: Totals;
	/** Totals as everyone reads them. */
	published: Published | undefined;
	/** Newest first. */
	writes: readonly WriteEvent[];
	/** Refusals by code when the page was opened. */
	refusalsAtOpen: Readonly<Record<string, number>>;
	/** First health that was read, its moment, and the milliseconds from it to the last. */
	opened: { health: NamespaceHealth; at: number; ms: number } | undefined;
}

export interface Published {
	counters: ReadonlyMap<string, number>;
	sum: number;
	/** Missing if KV has none of this namespace. */
	asOf: string | undefined;
}

/** Makes the picture of a namespace that nobody has asked yet. */
export function newPicture(namespace: ShownNamespace): Picture {
	return {
		namespace,
		connection: "starting",
		problem: undefined,
		health: undefined,
		before: undefined,
		totals: new Totals(),
		published: undefined,
		writes: [],
		refusalsAtOpen: {},
		opened: undefined,
	};
}
