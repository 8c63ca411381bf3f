import { parseArgs } from "node:util";

/** Parts of the bench, as `--only` names them. */
export const parts = [
	"ours",
	"ceilings",
	"rivals",
	"latency",
	"cost",
	"growth",
] as const;
export type Part = (typeof parts)[number];

export interface Options {
	/** Turns of every subject. */
	rounds: number;
	/** Of one turn. */
	seconds: number;
	only: ReadonlySet<Part>;
	/** Of the subjects, those whose name matches. */
	match: RegExp;
	/** A file for the figures. */
	json?: string;
	/** Rewrite the tables and the picture in docs. */
	update: boolean;
	/** The most names that growth goes to. */
	names: number;
}

/** @throws Error for what it does not know */
export function parseOptions(): Options {
	const { values } = parseArgs({
		options: {
			rounds: { type: "string", default: "5" },
			seconds: { type: "string", default: "2" },
			only: { type: "string", default: parts.join() },
			match: { type: "string", default: "" },
			json: { type: "string" },
			update: { type: "boolean", default: false },
			names: { type: "string", default: "1000000" },
		},
	});
	const only = values.only.split(",") as Part[];
	const unknown = only.filter((one) => !parts.includes(one));
	if (unknown.length > 0)
		throw new Error(`--only takes ${parts.join(", ")}; not ${unknown}`);
	const positive = (text: string) => {
		if (Number(text) > 0) return Number(text);
		throw new Error(`${text} is not a number above 0`);
	};
	const { json, update } = values;
	return {
		rounds: positive(values.rounds),
		seconds: positive(values.seconds),
		names: positive(values.names),
		only: new Set(only),
		match: new RegExp(values.match),
		...(json !== undefined && { json }),
		update,
	};
}
