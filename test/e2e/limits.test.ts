import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { attempt } from "../support/machine.ts";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

/** Lists what a page shows in a terminal: commands, each with what it prints. */
function typed(page: string): { command: string; printed: string[] }[] {
	return [...page.matchAll(/```console\n(.*?)```/gs)].flatMap(([, text = ""]) =>
		text
			.split(/^\$ /m)
			.slice(1)
			.map((one) => {
				const [command = "", ...printed] = one.trim().split("\n");
				return { command, printed };
			}),
	);
}

/** Makes a configuration of all namespaces that a page shows. */
function configurationOf(page: string): string {
	const all = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(
		([, text = ""]) => parse(text).namespaces ?? parse(text),
	);
	return JSON.stringify({
		version: 1,
		worker: { name: "limited" },
		namespaces: Object.assign({}, ...all),
	});
}

/** Leaves out of an answer what differs from run to run, or is for people. */
function plain(line: string): object {
	const { shard: _, detail: __, ...members } = JSON.parse(line);
	return members;
}

it("what docs/limits.md has people type answers what it shows", async () => {
	const page = await readFile(join(root, "docs/limits.md"), "utf8");
	const project = await Project.create();
	await project.write("counters.yaml", configurationOf(page));
	const { url } = await startServe(project);
	const type = (command: string) =>
		attempt(`. generated/.dev.vars; ${command}`, project.dir);
	const fill = (path: string, counters: object) =>
		type(
			`curl -sf -H "Authorization: Bearer $COUNTER_ADMIN_TOKEN" -H 'Idempotency-Key: fill' -d '${JSON.stringify(counters)}' ${url}${path}/global/import`,
		);
	await fill("/quota", { "user-17": 100 });
	for (const [n, { command, printed }] of typed(page).entries()) {
		// The page goes on where all but one are sold.
		if (n === 1) await fill("/seats", { stalls: 997 });
		const { status, stdout } = await type(
			command
				.replace("curl ", "curl -s ")
				.replace("http://localhost:8787", url)
				.replace("localhost:8787", url),
		);
		expect([command, status]).toEqual([command, 0]);
		for (const line of printed)
			if (line.startsWith("{")) expect(plain(stdout)).toEqual(plain(line));
			else if (line !== "…")
				expect(stdout.replaceAll(/\d{4,}/g, "N")).toContain(
					line.replaceAll(/\d{4,}/g, "N"),
				);
	}
	expect(typed(page)).toHaveLength(7);
});
