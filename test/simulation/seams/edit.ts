import { findCode } from "./find-code.ts";
import { findText } from "./find-text.ts";
import type { Edit } from "./seam.ts";

/**
 * Makes an edit.
 *
 * @throws if its seam is not there, or more than once
 */
export function applyEdit(source: string, edit: Edit): string {
	const splices =
		"find" in edit ? findCode(source, edit) : findText(source, edit);
	const [splice] = splices;
	if (!splice || splices.length > 1)
		throw new Error(
			`${edit.file}: ${splices.length || "no"} places${edit.within && ` in ${edit.within}`} look like ${"find" in edit ? edit.find : edit.text}`,
		);
	const { start, end, to } = splice;
	return source.slice(0, start) + to + source.slice(end);
}
