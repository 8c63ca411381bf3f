import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, expect, it } from "vitest";
import { Deploying, withSecret } from "../support/deploying.ts";
import { Cli, freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";

const SHOP = JSON.stringify({
	name: "my-shop",
	main: "src/index.js",
	compatibility_date: "2026-10-01",
});

const REDIRECT = JSON.stringify({
	configPath: "../../dist/server/wrangler.json",
});

/** Files by which wrangler finds another Worker first. */
const OTHERS: [name: string, files: Record<string, string>][] = [
	["another Worker", { "counts/wrangler.json": SHOP, "wrangler.jsonc": SHOP }],
	[
		"a Vite build",
		{
			"counts/.wrangler/deploy/config.json": REDIRECT,
			"counts/dist/server/wrangler.json": SHOP,
			"counts/generated/.wrangler/deploy/config.json": REDIRECT,
			"counts/generated/dist/server/wrangler.json": SHOP,
		},
	],
];

/** Has the counters in the folder `counts` of a repository with these files. */
async function addOthers(
	project: Project,
	files: Record<string, string>,
): Promise<string> {
	const all = {
		"counts/counters.yaml": await project.read("counters.yaml"),
		"src/index.js":
			'export default { fetch() { return new Response("I am my-shop"); } };',
		...files,
	};
	for (const [name, text] of Object.entries(all)) {
		await mkdir(dirname(project.path(name)), { recursive: true });
		await project.write(name, text);
	}
	return project.path("counts");
}

describe.each(OTHERS)("beside %s", (_, files) => {
	it.each([["dev"], ["serve"]])("%s counts", async (command) => {
		const project = await Project.create();
		const cwd = await addOthers(project, files);
		const port = await freePort();
		const server = new Cli([command, "--port", String(port)], { cwd });
		await server.reports("Ctrl-C stops it");
		const answer = await fetch(`http://localhost:${port}/increment/x`, {
			method: "POST",
		});
		expect(await answer.text()).toContain('"counter":"x"');
	});

	it("deploy uploads the counters, and gives them the secret", async () => {
		const deploying = await Deploying.start();
		const cwd = await addOthers(deploying.project, files);
		const { status, stderr } = await new Cli(["deploy", ...withSecret], {
			cwd,
			env: deploying.env,
		}).ended;
		expect({ status, stderr }).toMatchObject({ status: 0 });
		expect([...deploying.api.account.scripts.keys()]).toEqual(["quick"]);
	});
});
