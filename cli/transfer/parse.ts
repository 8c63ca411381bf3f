import { createHash } from "node:crypto";
import { parseJson } from "../client/problem.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { type Line, lines } from "./lines.ts";
import type { Sum } from "./sum.ts";

/** A counter as a file has it. */
export interface Wanted {
	counter: string;
	/** A whole number within ±(2^53 − 1). */
	value: number;
	/** From 1. */
	line: number;
}

/** A whole file of counters, each of them once. */
export interface Counters extends Sum {
	wanted: Wanted[];
	/** SHA-256 of the bytes, hexadecimal. */
	hash: string;
}

/** After so many bad lines the rest is not looked at. */
const MOST_PROBLEMS = 10;

/**
 * Reads and checks all of it.
 *
 * @param file how it is called in what is said about it
 * @throws CounterGenError `bad-line` and `duplicate-counter`, for each of the
 * first ten lines that are wrong
 */
export async function readCounters(
	stream: AsyncIterable<Buffer>,
	file: string,
): Promise<Counters> {
	const hash = createHash("sha256");
	const byName = new Map<string, Wanted>();
	const problems: Diagnostic[] = [];
	let sum = 0n;
	let line = 0;
	for await (const text of lines(hashed(stream, hash))) {
		line++;
		if (text === "") continue;
		const parsed = parse(text);
		const where = { file, line };
		if (typeof parsed === "string")
			problems.push({ ...badLine, what: parsed, where });
		else if (byName.has(parsed.counter))
			problems.push({
				code: "duplicate-counter",
				what: `${JSON.stringify(parsed.counter)} stands on line ${byName.get(parsed.counter)?.line}, too`,
				fix: "keep one line of each counter",
				where,
			});
		else {
			byName.set(parsed.counter, { ...parsed, line });
			sum += BigInt(parsed.value);
		}
		if (problems.length === MOST_PROBLEMS) break;
	}
	if (problems.length > 0) throw new CounterGenError(problems);
	const wanted = [...byName.values()];
	return { wanted, counters: wanted.length, sum, hash: hash.digest("hex") };
}

async function* hashed(
	stream: AsyncIterable<Buffer>,
	hash: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
	for await (const chunk of stream) {
		hash.update(chunk);
		yield chunk;
	}
}

const badLine = {
	code: "bad-line",
	why: "nothing was sent",
	fix: 'a line is {"counter":"signups","value":42}',
} as const;

/** What a line holds, or what is wrong with it. */
function parse(text: Line): Omit<Wanted, "line"> | string {
	if (text === undefined) return "the line is not UTF-8, or too long";
	const data = parseJson(text);
	if (typeof data !== "object" || data === null || Array.isArray(data))
		return "the line is not a JSON object";
	const { counter, value, ...others } = data as Record<string, unknown>;
	const [other] = Object.keys(others);
	if (other !== undefined)
		return `the line has a key ${JSON.stringify(other)} besides \`counter\` and \`value\``;
	if (typeof counter !== "string" || counter === "" || !counter.isWellFormed())
		return "`counter` is not a name";
	if (!Number.isSafeInteger(value))
		return "`value` is not a whole number within ±(2^53 − 1)";
	return { counter, value: value as number };
}
