import type { WorkerState } from "./workers.ts";

/** An entry of wrangler's `exports` for a class that was deployed once. */
export interface Tombstone {
	class: string;
	/** The class that has its objects now; without one they are deleted. */
	renamedTo?: string;
}

/**
 * Lists the former classes of a Worker. Those of a namespace that is listed as
 * removed go with it; those of one that is no longer listed are left out.
 */
export function tombstonesOf({
	histories,
	config,
	deletions,
}: WorkerState): Tombstone[] {
	const present = new Set(config.namespaces.map(({ key }) => key));
	return Object.entries(histories).flatMap(([key, history]): Tombstone[] => {
		const former = history.earlierClasses ?? [];
		if (present.has(key))
			return former.map((name) => ({ class: name, renamedTo: history.class }));
		return deletions.includes(key)
			? [history.class, ...former].map((name) => ({ class: name }))
			: [];
	});
}
