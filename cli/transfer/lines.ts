import { isUtf8 } from "node:buffer";

/** A line longer than this is no counter; bytes. */
const LONGEST = 65_536;

const newline = 0x0a;

/** One line of a text file, trimmed; undefined where it is not UTF-8, or too long. */
export type Line = string | undefined;

/** The lines of a byte stream, each as soon as it is there. */
export async function* lines(
	stream: AsyncIterable<Buffer>,
): AsyncGenerator<Line> {
	let rest: Buffer = Buffer.alloc(0);
	let isTooLong = false;
	for await (const chunk of stream) {
		let from = 0;
		for (let to = chunk.indexOf(newline); to >= 0; ) {
			const line = Buffer.concat([rest, chunk.subarray(from, to)]);
			yield isTooLong ? undefined : text(line);
			rest = Buffer.alloc(0);
			isTooLong = false;
			from = to + 1;
			to = chunk.indexOf(newline, from);
		}
		rest = Buffer.concat([rest, chunk.subarray(from)]);
		// Of such a line the end alone is of interest.
		if (rest.length > LONGEST) isTooLong = true;
		if (isTooLong) rest = Buffer.alloc(0);
	}
	if (isTooLong || rest.length > 0) yield isTooLong ? undefined : text(rest);
}

function text(line: Buffer): Line {
	if (line.length > LONGEST || !isUtf8(line)) return undefined;
	// Takes off a byte order mark, too.
	return line.toString("utf8").trim();
}
