import { glob, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { transform } from "esbuild";
import { beforeAll, expect, test } from "vitest";
import { DELIBERATE_FAULTS } from "./deliberate/all.ts";
import { loadPatched } from "./patched.ts";
import { applyEdit } from "./seams/edit.ts";
import { type NameKind, nameAt } from "./seams/names.ts";
import { parseFile } from "./seams/parse.ts";
import { rewrite } from "./seams/rewrite.ts";
import { walk } from "./seams/walk.ts";

const RUNTIME = new URL("../../templates/runtime", import.meta.url).pathname;

/** Ways to write the runtime that change nothing of what it does. */
const WRITTEN: Record<string, (source: string) => string | Promise<string>> = {
	"as it is": (source) => source,
	"in one line, without types and comments": async (source) =>
		(await transform(source, { loader: "ts", minifyWhitespace: true })).code,
	"with other private names": (source) => rename(source, "private"),
	"with other names of variables": (source) => rename(source, "variable"),
	"with other names of properties": (source) => rename(source, "property"),
};

/** Renames all of a kind. */
function rename(source: string, kind: NameKind): string {
	const names = walk(parseFile(source))
		.map((place) => nameAt(place) ?? "")
		.filter((name) => name.startsWith(kind))
		.map((name): [string, string] => [name, `${name}Renamed`]);
	return rewrite(source, { names: new Map(names), holes: new Map() }, source);
}

const sources = new Map<string, Map<string, string>>();
beforeAll(async () => {
	for (const [how, write] of Object.entries(WRITTEN)) {
		const files = new Map<string, string>();
		for await (const file of glob("**/*.ts", { cwd: RUNTIME }))
			files.set(file, await write(await readFile(join(RUNTIME, file), "utf8")));
		sources.set(how, files);
	}
});

test.each(
	Object.keys(WRITTEN).flatMap((how) =>
		DELIBERATE_FAULTS.map(({ name, edits = [] }) => ({ how, name, edits })),
	),
)("in the runtime $how, $name", ({ how, edits }) => {
	const files = new Map(sources.get(how));
	for (const edit of edits) {
		const source = files.get(edit.file) ?? "";
		const edited = applyEdit(source, edit);
		expect(edited).not.toBe(source);
		// Also that every private name is one of its class.
		parseFile(edited);
		files.set(edit.file, edited);
	}
});

test("an edit that cannot be made says whose it is, and where", async () => {
	const within = "Outbox.#seal";
	const edit = { file: "shard/outbox.ts", within, find: "melt();", to: "" };
	await expect(
		loadPatched({ name: "thaw", edits: [edit] }, tmpdir()),
	).rejects.toThrow(
		'"thaw" cannot be made: Error: shard/outbox.ts: no places in Outbox.#seal look like melt();',
	);
});
