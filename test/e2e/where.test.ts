import { expect, test } from "vitest";
import { Cli, freePort } from "../support/process.ts";
import { Project } from "../support/project.ts";

test.each(["serve", "dev"])(
	"%s counts without the jurisdiction, which it says, and with the location",
	async (command) => {
		const project = await Project.create();
		await project.edit(
			"counters.yaml",
			"    mount: /\n",
			"    mount: /\n    jurisdiction: eu\n    location: weur\n",
		);
		const port = await freePort();
		const server = new Cli([command, "--port", String(port)], {
			cwd: project.dir,
		});
		await server.reports("Ctrl-C stops it");
		expect(server.stderr).toContain(
			"  jurisdiction eu of metrics: holds at Cloudflare; here its objects are on this machine\n",
		);
		const url = `http://127.0.0.1:${port}`;
		const answer = await fetch(`${url}/increment/signups`, { method: "POST" });
		expect(await answer.json()).toMatchObject({ counter: "signups", by: 1 });
		const headers = { Authorization: `Bearer ${await project.token()}` };
		const path = "/counters/signups?read=exact";
		const total = await fetch(url + path, { headers });
		expect(await total.json()).toMatchObject({ value: 1 });
	},
);
