import { scriptOptions } from "../../scripts/script-options.ts";

/** Parts of the bench, as `--only` names them. */
export const parts = [
	"ours",
	"ceilings",
	"rivals",
	"latency",
	"commit",
	"cost",
	"client",
	"growth",
	"live",
	"limit",
	"plan",
	"bundle",
] as const;
export type Part = (typeof parts)[number];

export interface Options {
	/** Turns of every subject. */
	rounds: number;
	/** Of one turn. */
	seconds: number;
	only: ReadonlySet<Part>;
	/** Chooses subjects, and configurations of plan, by their names. */
	match: RegExp;
	/** A file for the figures. */
	json?: string;
	/** Rewrite the tables and the picture in docs. */
	update: boolean;
	/** The most names that growth goes to. */
	names: number;
}

/** Says what is wrong with how the bench was called. */
export class UsageError extends Error {}

/** @throws UsageError for what it does not know */
export function parseOptions(): Options {
	const values = scriptOptions(
		"npm run bench",
		"Measures the generated Worker beside ceilings and other designs, and verifies\nevery count.",
		{
			rounds: {
				type: "string",
				value: "N",
				default: "5",
				help: "turns of every subject",
			},
			seconds: {
				type: "string",
				value: "N",
				default: "2",
				help: "length of a turn",
			},
			only: {
				type: "string",
				value: "PARTS",
				default: parts.join(),
				help: "the parts to run",
			},
			match: {
				type: "string",
				value: "TEXT",
				default: "",
				help: "of the subjects, those whose name matches this expression",
			},
			json: {
				type: "string",
				value: "FILE",
				help: "writes the figures there, too",
			},
			update: {
				type: "boolean",
				default: false,
				help: "rewrites the tables and the picture in docs",
			},
			names: {
				type: "string",
				value: "N",
				default: "1000000",
				help: "the most names that growth goes to",
			},
		},
	);
	const only = values.only.split(",") as Part[];
	const unknown = only.filter((one) => !parts.includes(one));
	if (unknown.length > 0)
		throw new UsageError(`--only takes ${parts.join(", ")}; not ${unknown}`);
	const positive = (text: string) => {
		if (Number(text) > 0) return Number(text);
		throw new UsageError(`${text} is not a number above 0`);
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
