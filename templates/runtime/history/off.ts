import type { Database } from "../object/database.ts";
import { dropRoom, migrate } from "../object/migrations.ts";
import { CounterProblem, noHistory } from "../problem.ts";
import type { History } from "./contract.ts";

/** Stands for history where it is off: forgets what was kept, and no count. */
export const historyOff: History = {
	kept: {},
	timeZone: "UTC",
	amounts: () => {
		throw new CounterProblem(noHistory.problem);
	},
	openShard: (database) => {
		forget(
			database,
			"DROP TRIGGER unstamped; ALTER TABLE journal DROP COLUMN slot",
		);
		return undefined;
	},
	open: (database) => {
		forget(
			database,
			`DROP TRIGGER keepJournal; DROP TRIGGER keepShards;
			ALTER TABLE journal DROP COLUMN slots`,
			"history",
			"levels",
			"eras",
			"buckets",
		);
		return undefined;
	},
};

/** Drops the tables of history and, by `undo`, what it added to others. */
function forget(
	database: Database,
	undo: string,
	...tables: readonly string[]
): void {
	const { sql } = database;
	migrate(database, "history", []);
	const applied = sql.exec("SELECT 1 FROM migrations WHERE room = 'history'");
	if (applied.toArray().length === 0) return;
	database.transactionSync(() => {
		sql.exec(undo);
		dropRoom(database, "history", ...tables);
	});
}
