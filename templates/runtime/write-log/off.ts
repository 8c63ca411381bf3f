import type { WriteLog } from "./contract.ts";

/** Stands for the write log where it is off: drops one that was kept before. */
export const writeLogOff: WriteLog = {
	events: 0,
	open: ({ sql }) => {
		sql.exec("DROP TABLE IF EXISTS writes");
		return { append: () => {}, events: () => [] };
	},
};
