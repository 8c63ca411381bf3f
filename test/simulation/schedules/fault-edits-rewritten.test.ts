import { transform } from "esbuild";
import { testEdits } from "../edits.ts";
import { type NameKind, nameAt } from "../seams/names.ts";
import { parseFile } from "../seams/parse.ts";
import { rewrite } from "../seams/rewrite.ts";
import { walk } from "../seams/walk.ts";

await testEdits("in one line, without types and comments", async (source) => {
	const options = { loader: "ts", minifyWhitespace: true } as const;
	return (await transform(source, options)).code;
});

for (const [names, kind] of [
	["private names", "private"],
	["names of variables", "variable"],
	["names of properties", "property"],
] as const)
	await testEdits(`with other ${names}`, (source) => rename(source, kind));

/** Renames all of a kind. */
function rename(source: string, kind: NameKind): string {
	const names = walk(parseFile(source))
		.map((place) => nameAt(place) ?? "")
		.filter((name) => name.startsWith(kind))
		.map((name): [string, string] => [name, `${name}Renamed`]);
	return rewrite(source, { names: new Map(names), holes: new Map() }, source);
}
