import { dropRoom } from "../object/migrations.ts";
import type { Top } from "./contract.ts";

/** Stands for the highest counters where they are off: forgets those of before. */
export const topOff: Top = {
	counters: 0,
	open: (database) => {
		dropRoom(database, "top", "tops");
		return {
			areMissing: () => false,
			markMissing: () => {},
			keep: () => {},
			addTo: (pages) => pages,
		};
	},
};
