import {
	cp,
	mkdtemp,
	readFile,
	rm,
	symlink,
	writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../cli/root.ts";
import type { DeliberateFault } from "./deliberate/fault.ts";
import { SHORT_JOURNAL } from "./deliberate/journal.ts";
import { SEAMS } from "./deliberate/seams.ts";
import { PROFILES } from "./profiles.ts";
import { loadRuntime, type Runtime } from "./runtime.ts";
import { applyEdit } from "./seams/edit.ts";
import type { Edit } from "./seams/seam.ts";

const RUNTIME = new URL("../../templates/runtime", import.meta.url).pathname;

/**
 * Loads a copy of the runtime with edits made.
 *
 * @param temporary a folder to make the copy in
 * @throws if the seam of an edit is not there exactly once
 */
export async function loadPatched(
	{ name, edits = [] }: Pick<DeliberateFault, "name" | "edits">,
	temporary: string,
): Promise<Runtime> {
	const folder = await mkdtemp(join(temporary, "runtime-"));
	try {
		await cp(RUNTIME, folder, { recursive: true });
		// For the packages that it imports.
		await symlink(
			join(packageRoot, "node_modules"),
			join(folder, "node_modules"),
		);
		for (const edit of edits) {
			const path = join(folder, edit.file);
			await writeFile(path, edited(await readFile(path, "utf8"), edit, name));
		}
		return await loadRuntime(folder);
	} finally {
		await rm(folder, { recursive: true });
	}
}

/** Makes an edit, and says whose it is if it cannot be made. */
function edited(source: string, edit: Edit, name: string): string {
	try {
		return applyEdit(source, edit);
	} catch (error) {
		throw new Error(`"${name}" cannot be made: ${error}`);
	}
}

/**
 * The runtime of a seed: every other round of all profiles runs one whose
 * journals are compacted after a few rows, whose totals go to their rows if
 * there are more than a few, whose commits always gather and often take several
 * rows, whose keys are packed by twos and merged by twos, and which asks one
 * shard at a time: all of that takes too much to happen else.
 */
export async function loadRuntimes(): Promise<(seed: number) => Runtime> {
	const plain = await loadRuntime();
	const tight = await loadPatched(
		{
			name: "a short journal, and busy",
			edits: [
				...SHORT_JOURNAL,
				{
					file: "shard/group-commit.ts",
					within: "",
					find: "const BUSY_ITEMS = 8;",
					to: "const BUSY_ITEMS = 1;",
				},
				{ ...SEAMS.shardsAtOnce, to: "const SHARDS_AT_ONCE = 1;" },
				{ ...SEAMS.textCharacters, to: "const MAX_TEXT_CHARACTERS = 20;" },
				{ ...SEAMS.stepRows, to: "const STEP_ROWS = 1;" },
				{ ...SEAMS.packKeys, to: "const PACK_KEYS = 2;" },
				{ ...SEAMS.packCharacters, to: "const MAX_PACK_CHARACTERS = 250;" },
				{ ...SEAMS.fanIn, to: "const FAN_IN = 2;" },
				{ ...SEAMS.mostMarks, to: "const MOST_MARKS = 8;" },
			],
		},
		tmpdir(),
	);
	return (seed) =>
		Math.floor(seed / PROFILES.length) % 2 === 0 ? plain : tight;
}
