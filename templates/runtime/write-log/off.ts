import { dropRoom } from "../object/migrations.ts";
import type { WriteLog } from "./contract.ts";

/** Stands for the write log where it is off: drops one that was kept before. */
export const writeLogOff: WriteLog = {
	events: 0,
	open: (database) => {
		dropRoom(database, "write-log", "writes");
		return { append: () => {}, events: () => [], json: () => "[]" };
	},
};
