import { describe, expect, test } from "vitest";
import {
	installRoot,
	packageManagerOf,
} from "../../../cli/init/package-manager.ts";
import { Project } from "../../support/output.ts";

describe("the package manager of a folder", () => {
	test.each([
		["package-lock.json", "npm"],
		["pnpm-lock.yaml", "pnpm"],
		["yarn.lock", "yarn"],
		["bun.lock", "bun"],
	])(
		"is told by %s above it, whatever runs this process",
		async (lock, manager) => {
			const project = new Project();
			project.write(lock, "");
			const env = { npm_config_user_agent: "deno/2.0.0" };
			const dir = project.path("packages/a");
			expect(await packageManagerOf(dir, { env })).toBe(manager);
		},
	);

	test("is told by package.json before a lockfile", async () => {
		const project = new Project();
		project.write("package-lock.json", "");
		project.write("package.json", '{"packageManager":"pnpm@12.21.0"}');
		expect(await packageManagerOf(project.cwd, { env: {} })).toBe("pnpm");
	});

	test("is what runs this process where no file tells, and npm by default", async () => {
		const { cwd } = new Project();
		const env = { npm_config_user_agent: "pnpm/12.21.0 npm/? node/v24.21.0" };
		expect(await packageManagerOf(cwd, { env })).toBe("pnpm");
		expect(await packageManagerOf(cwd, { env: {} })).toBe("npm");
	});

	test("is not told by what is outside the repository", async () => {
		const project = new Project();
		project.write("yarn.lock", "");
		project.write("inner/.git/HEAD", "");
		const dir = project.path("inner");
		expect(await packageManagerOf(dir, { env: {} })).toBe("npm");
	});
});

describe("the root that decides about install scripts", () => {
	test("is the folder itself where there is no workspace", () => {
		const project = new Project();
		project.write("package.json", "{}");
		const dir = project.path("a");
		expect(installRoot(dir, "npm")).toBe(dir);
		expect(installRoot(dir, "pnpm")).toBe(dir);
	});

	test("is the workspace's", () => {
		const project = new Project();
		project.write("package.json", '{"workspaces":["packages/*"]}');
		const dir = project.path("packages/a");
		expect(installRoot(dir, "bun")).toBe(project.cwd);
		expect(installRoot(dir, "pnpm")).toBe(dir);
		project.write("pnpm-workspace.yaml", "packages: [packages/*]\n");
		expect(installRoot(dir, "pnpm")).toBe(project.cwd);
	});
});
