import type { Writable } from "node:stream";

/** Columns of a terminal that says nothing of its width. */
const COLUMNS = 80;

/** Longest bar, in columns: a longer one says no more. */
const MAX_BAR_COLUMNS = 60;

/** Fills an eighth of a column, two eighths, and so on. */
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/**
 * Draws lines of a chart: words in columns, and in a terminal a bar for each
 * value after them.
 *
 * @param rows the words of each line, and the value of its bar
 */
export function barChart(
	rows: readonly { words: readonly string[]; value: number }[],
	stdout: Writable & { isTTY?: boolean; columns?: number },
): string {
	const widths = (rows[0]?.words ?? []).map((_, column) =>
		Math.max(...rows.map(({ words }) => words[column]?.length ?? 0)),
	);
	const most = Math.max(0, ...rows.map(({ value }) => value));
	const text = widths.reduce((sum, width) => sum + 2 + width, 0);
	const room = Math.min(
		(stdout.columns || COLUMNS) - text - 3,
		MAX_BAR_COLUMNS,
	);
	return rows
		.map(({ words, value }) => {
			const cells = words.map((word, column) =>
				// Numbers end in line.
				/^-?[\d,]+$/.test(word)
					? word.padStart(widths[column] ?? 0)
					: word.padEnd(widths[column] ?? 0),
			);
			const drawn = stdout.isTTY ? bar(value, most, room) : "";
			return `${`  ${[...cells, drawn].join("  ")}`.trimEnd()}\n`;
		})
		.join("");
}

/** Draws a bar to an eighth of a column; one that is not empty is seen. */
function bar(value: number, most: number, columns: number): string {
	if (value <= 0 || columns <= 0) return "";
	const eighths = Math.max(1, Math.round((value / most) * columns * 8));
	return "█".repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? "");
}
