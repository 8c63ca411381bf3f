import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { pastOf } from "../client/past.ts";
import { parseJson } from "../client/problem.ts";
import { CounterGenError, type Diagnostic } from "../errors.ts";
import { amountsOf } from "./amounts.ts";

/** Number of counters, and the sum of their values. */
export interface Sum {
	counters: number;
	/** Exact, however large. */
	sum: bigint;
}

/** Words a sum alike for an export and an import, to be compared. */
export function sumText({ counters, sum }: Sum): string {
	return `${counters} counter${counters === 1 ? "" : "s"}, sum ${sum}`;
}

/** A counter as a file has it. */
export interface Wanted {
	counter: string;
	/** A whole number within ±(2^53 − 1). */
	value: number;
	/** Past of the counter, if the file has it: JSON, which takes less memory. */
	past?: string;
	/** Counts from 1. */
	line: number;
}

/** A whole file of counters, each of them once. */
export interface Counters extends Sum {
	wanted: Wanted[];
	/** SHA-256 of the bytes, hexadecimal. */
	hash: string;
	/** Tells whether any has a past. */
	hasPast: boolean;
}

/** Reading ends after so many bad lines. */
const MAX_PROBLEMS = 10;

/** A counter of which each minute of a year was counted has 17 MB. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;

/** Longest name that any namespace takes. */
const MAX_NAME_CHARACTERS = 256;

/**
 * Reads and checks a file of counters.
 *
 * @param file its name in messages
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
		if (problems.length === MAX_PROBLEMS) break;
	}
	if (problems.length > 0) throw new CounterGenError(problems);
	const wanted = [...byName.values()];
	const hasPast = wanted.some(({ past }) => past !== undefined);
	const counters = wanted.length;
	return { wanted, counters, sum, hash: hash.digest("hex"), hasPast };
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

/** Reads a line, or explains what is wrong with it. */
function parse(text: Line): Omit<Wanted, "line"> | string {
	if (text === undefined) return "the line is not UTF-8, or too long";
	const data = parseJson(text);
	if (typeof data !== "object" || data === null || Array.isArray(data))
		return "the line is not a JSON object";
	const { counter, value, history, ...others } = data as Record<
		string,
		unknown
	>;
	const [other] = Object.keys(others);
	if (other !== undefined)
		return `the line has a key ${JSON.stringify(other)} besides \`counter\`, \`value\` and \`history\``;
	if (typeof counter !== "string" || counter === "" || !counter.isWellFormed())
		return "`counter` is not a name";
	if (counter.length > MAX_NAME_CHARACTERS)
		return `\`counter\` has more than ${MAX_NAME_CHARACTERS} characters`;
	if (counter === "." || counter === "..")
		return `\`counter\` is ${counter}, which clients take out of a URL`;
	if (!Number.isSafeInteger(value)) return `\`value\` is ${wrongValue(value)}`;
	const one = { counter, value: value as number };
	if (history === undefined) return one;
	const past = pastOf(history);
	if (typeof past === "string") return past;
	const amounts = amountsOf(counter, one.value, past);
	return amounts.every(([, by]) => Number.isSafeInteger(by))
		? { ...one, past: JSON.stringify(past) }
		: "`history` adds up to more than 2^53 − 1";
}

function wrongValue(value: unknown): string {
	if (value === undefined) return "missing";
	if (typeof value !== "string") return "not a whole number within ±(2^53 − 1)";
	return /^-?\d+$/.test(value) && Number.isSafeInteger(Number(value))
		? `the string "${value}": write ${value}, without quotes`
		: "a string, not a whole number without quotes";
}

const NEWLINE_BYTE = 0x0a;

/** One line of a file, trimmed; undefined where it is not UTF-8, or too long. */
export type Line = string | undefined;

/** Cuts a byte stream into lines, each as soon as it is there. */
export async function* lines(
	stream: AsyncIterable<Buffer>,
): AsyncGenerator<Line> {
	let rest: Buffer[] = [];
	let size = 0;
	for await (const chunk of stream) {
		let from = 0;
		for (let to = chunk.indexOf(NEWLINE_BYTE); to >= 0; ) {
			yield text([...rest, chunk.subarray(from, to)]);
			rest = [];
			size = 0;
			from = to + 1;
			to = chunk.indexOf(NEWLINE_BYTE, from);
		}
		size += chunk.length - from;
		// Keeps no more of a line that is too long than shows that it is.
		if (size - (chunk.length - from) <= MAX_LINE_BYTES)
			rest.push(chunk.subarray(from));
	}
	if (size > 0) yield text(rest);
}

function text(parts: readonly Buffer[]): Line {
	const line = Buffer.concat(parts);
	if (line.length > MAX_LINE_BYTES || !isUtf8(line)) return undefined;
	// Takes off a byte order mark, too.
	return line.toString("utf8").trim();
}
