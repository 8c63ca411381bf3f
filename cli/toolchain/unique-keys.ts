import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Histories } from "../generator/lock.ts";
import type { StateDir } from "./state-dir.ts";

/**
 * The name that workerd keeps each class's objects under: the first that the
 * class had here. So a renamed class finds its counts, as it does on Cloudflare.
 *
 * @returns by class; written down in the state folder
 */
export async function uniqueKeys(
	{ data }: Pick<StateDir, "data">,
	histories: Histories,
): Promise<Map<string, string>> {
	const file = join(data, "..", "classes.json");
	const known = new Map(
		Object.entries<string>(
			JSON.parse(await readFile(file, "utf8").catch(() => "{}")),
		),
	);
	for (const { class: name, earlierClasses = [] } of Object.values(histories)) {
		if (known.has(name)) continue;
		const names = [name, ...earlierClasses];
		const noted = names.find((one) => known.has(one));
		const used = noted ?? (await firstWith(data, names)) ?? name;
		known.set(name, known.get(used) ?? used);
	}
	await writeFile(file, `${JSON.stringify(Object.fromEntries(known))}\n`);
	return known;
}

/** The first of the classes that has objects on the disk. */
async function firstWith(
	data: string,
	names: readonly string[],
): Promise<string | undefined> {
	for (const name of names) {
		const found = await stat(join(data, name)).catch(() => undefined);
		if (found?.isDirectory()) return name;
	}
	return undefined;
}
