import type { Bend } from "../bend.ts";
import type { Edit } from "../seams/seam.ts";

/** A mistake in a copy of the runtime that the simulation must find. */
export interface DeliberateFault {
	name: string;
	/** Kinds of schedules that it shows in. */
	profiles: readonly string[];
	/** Matches a finding of the simulation that shows it. */
	shows: RegExp;
	/** Changes of the runtime, made one after the other. */
	edits?: readonly Edit[];
	bend?: Bend;
	/** Restarts beside the running objects may show it, not only what clients see. */
	shadows?: true;
}
