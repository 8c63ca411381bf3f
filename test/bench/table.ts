import type { Spread } from "./rounds.ts";

/** A Markdown table that is aligned for people, too. Numbers go to the right. */
export function table(
	header: readonly string[],
	rows: readonly (readonly string[])[],
): string {
	const all = [header, ...rows];
	const widths = header.map((_, column) =>
		Math.max(3, ...all.map((row) => row[column]?.length ?? 0)),
	);
	const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
	const pad = (row: readonly string[]) =>
		line(
			widths.map((width, column) => {
				const cell = row[column] ?? "";
				return column === 0 ? cell.padEnd(width) : cell.padStart(width);
			}),
		);
	const rule = widths.map((width, column) =>
		column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
	);
	return [pad(header), line(rule), ...rows.map(pad)].join("\n");
}

/** Median, and first to third quartile; a question mark for what is not known. */
export function spreadText({ low, median, high }: Spread, digits = 0): string {
	if (Number.isNaN(median)) return "?";
	const [a, b, c] = [low, median, high].map((one) => number(one, digits));
	return `${b} (${a}–${c})`;
}

/** With thousands apart. */
export function number(value: number, digits = 0): string {
	return value.toLocaleString("en", {
		minimumFractionDigits: digits,
		maximumFractionDigits: digits,
	});
}
