import { glob, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { DELIBERATE_FAULTS } from "./deliberate/all.ts";
import { applyEdit } from "./seams/edit.ts";
import { parseFile } from "./seams/parse.ts";

const RUNTIME = new URL("../../templates/runtime", import.meta.url).pathname;

/**
 * Tests that every deliberate fault can be made in the runtime.
 *
 * @param how says how the runtime is written
 * @param write writes a file of it so, and changes nothing of what it does
 */
export async function testEdits(
	how: string,
	write: (source: string) => string | Promise<string>,
): Promise<void> {
	const sources = new Map<string, string>();
	for await (const file of glob("**/*.ts", { cwd: RUNTIME }))
		sources.set(file, await write(await readFile(join(RUNTIME, file), "utf8")));

	test.each(DELIBERATE_FAULTS)(
		`in the runtime ${how}, $name`,
		({ edits = [] }) => {
			const files = new Map(sources);
			for (const edit of edits) {
				const source = files.get(edit.file) ?? "";
				const edited = applyEdit(source, edit);
				expect(edited).not.toBe(source);
				// Also that every private name is one of its class.
				parseFile(edited);
				files.set(edit.file, edited);
			}
		},
	);
}
