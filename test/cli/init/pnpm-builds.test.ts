import { expect, test } from "vitest";
import { addPnpmBuilds } from "../../../cli/init/pnpm-builds.ts";

const names = ["esbuild", "workerd"];

test("A pnpm-workspace.yaml is begun, or gets its `allowBuilds` at the end", () => {
	const builds = "allowBuilds:\n  esbuild: true\n  workerd: true\n";
	expect(addPnpmBuilds("", names).text).toBe(builds);
	const packages = "# all\npackages:\n- 'packages/*' # of us";
	expect(addPnpmBuilds(packages, names)).toEqual({
		text: `${packages}\n${builds}`,
		added: names,
	});
});

test("What it decides stays, and the rest is added to it", () => {
	const text =
		"allowBuilds:\n  # ours\n  esbuild@0.28.2: false\n\nlinkWorkspacePackages: true\n";
	const { text: more, added } = addPnpmBuilds(text, names);
	expect(added).toEqual(["workerd"]);
	expect(more).toBe(
		"allowBuilds:\n  # ours\n  esbuild@0.28.2: false\n  workerd: true\n\nlinkWorkspacePackages: true\n",
	);
	expect(addPnpmBuilds(more, names)).toEqual({ text: more, added: [] });
});
