import type { Database } from "../object/database.ts";
import type { TotalBounds } from "./contract.ts";

/**
 * Stands for bounds where they are off: has them begin anew, should they be on
 * again. Loans on a shard's disk stay, which no other disk can know.
 */
export const boundsOff: TotalBounds = {
	limits: undefined,
	openShard: () => undefined,
	open: (database) => {
		if (hasBounds(database))
			database.sql.exec("UPDATE bounds SET began = 0 WHERE began <> 0");
		return undefined;
	},
};

function hasBounds({ sql }: Database): boolean {
	const tables = sql.exec(
		"SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'bounds'",
	);
	return tables.toArray().length > 0;
}
