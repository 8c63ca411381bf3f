import { expect, test } from "vitest";
import { fixFor } from "../../../cli/files/system-error.ts";

test.each([
	["EACCES", "Change the permissions, or name another folder."],
	["EPERM", "Change the permissions, or name another folder."],
	["EROFS", "Make the disk writable, or name another folder."],
	["ENOSPC", "Free some space, then run `init` again."],
	["EDQUOT", "Free some space, then run `init` again."],
	["ENOTDIR", "Clear what is in the way, or name another folder."],
])("after %s the way out fits the reason", (code, fix) => {
	const ways = { elsewhere: "name another folder", again: "init" };
	expect(fixFor(code, ways)).toBe(fix);
});
