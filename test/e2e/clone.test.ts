import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type } from "../support/machine.ts";
import { Project, root } from "../support/project.ts";

it("a project of one's own starts from a clone, which npm builds", async () => {
	const { dir } = await Project.create({ packages: false });
	const project = join(dir, "from-clone");
	await type(`npm run cg -- init ${project}`, root);
	// No other test runs it now: see `timed` in vitest.config.ts.
	await rm(join(root, "dist"), { recursive: true });
	await type("npm install --loglevel=error", project);
	expect(await type("npm run validate", project)).toContain(
		"counters.yaml: 1 namespace, no problems",
	);
});
