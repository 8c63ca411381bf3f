import type { Bend } from "../bend.ts";

/** A mistake in a copy of the runtime that the simulation must find. */
export interface DeliberateFault {
	name: string;
	/** Kinds of schedules that it shows in. */
	profiles: readonly string[];
	/** What the simulation must say of it. */
	shows: RegExp;
	/** Texts replaced in files of the runtime; each must be there once. */
	patches?: readonly { file: string; from: string; to: string }[];
	bend?: Bend;
	/** Restarts beside the running objects may show it, not only what clients see. */
	shadows?: true;
}
