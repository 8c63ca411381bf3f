/** Lets a deliberate fault bend what roles see of the host around them. */
export interface Bend {
	/** Messages and commits do not wait until writes are durable. */
	ungated?: boolean;
}

/** Options of a cluster besides its settings. */
export interface Options {
	traced?: boolean;
	bend?: Bend;
	/** Most bytes of JSON in a page of totals. */
	pageBytes?: number;
	/** Time for which objects may be started with code from before a deploy; milliseconds. */
	oldObjects?: number;
	/** Probability that the global object starts with code that has no journal. */
	withoutJournal?: number;
	/** Probability that a shard starts with code from before history. */
	withoutHistory?: number;
	/** Probability that an object starts with code from before bounds. */
	withoutBounds?: number;
	/** Code with bounds may run beside such without. */
	mixesBounds?: boolean;
	/** Places besides the one where the objects live. */
	placesElsewhere?: number;
	/** Isolates in each place. */
	isolates?: number;
}
