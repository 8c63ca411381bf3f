import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { growthChart } from "./chart.ts";
import { root } from "./generated.ts";
import { sectionsOf } from "./report.ts";
import type { Results } from "./run.ts";

const docs = join(root, "docs");

/** Rewrites what docs/performance.md and docs/planning.md quote, and the picture of the growth. */
export async function updateDocs(results: Results): Promise<void> {
	const { plan, overload, ...sections } = sectionsOf(results);
	await quoteIn("performance.md", sections);
	if (plan !== undefined) await quoteIn("planning.md", { plan });
	if (overload !== undefined) await quoteIn("planning.md", { overload });
	const { machine, growth } = results;
	if (!growth) return;
	await writeFile(join(docs, "growth.svg"), `${growthChart(growth)}\n`);
	const json = JSON.stringify({ machine, growth }, null, "\t");
	await writeFile(join(docs, "growth.json"), `${json}\n`);
}

async function quoteIn(
	name: string,
	sections: Record<string, string>,
): Promise<void> {
	const page = join(docs, name);
	let text = await readFile(page, "utf8");
	for (const [name, section] of Object.entries(sections))
		text = quote(text, name, section);
	await writeFile(page, text);
}

/** Puts `section` between the two comments that name it. */
function quote(page: string, name: string, section: string): string {
	const begin = `<!-- bench: ${name} -->`;
	const end = "<!-- end -->";
	const from = page.indexOf(begin) + begin.length;
	const to = page.indexOf(end, from);
	if (from < begin.length || to < 0)
		throw new Error(`docs/ has no section ${name}`);
	return `${page.slice(0, from)}\n\n${section}\n\n${page.slice(to)}`;
}
