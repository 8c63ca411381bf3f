import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type Deployment, deployProject } from "../../cli/deploy/deploy.ts";
import { findToolchain } from "../../cli/toolchain/find.ts";
import { Reporter } from "../../cli/ui/reporter.ts";
import { adminToken, Deploying } from "../support/deploying.ts";
import { finish } from "../support/finish.ts";
import { cli } from "../support/process.ts";

/** Changes every generated file that holds text, as a generator would. */
async function rewrite(
	{ project }: Deploying,
	change: (text: string, name: string) => string,
): Promise<void> {
	for (const name of ["wrangler.toml", "src/index.ts", "src/counters.ts"]) {
		const file = join(project.path("generated"), name);
		await writeFile(file, change(await readFile(file, "utf8"), name));
	}
}

/** Deploys the output folder as it is, without generating it. */
async function deployAsItIs(on: Deploying): Promise<Deployment> {
	let deployment: Deployment | undefined;
	const outDir = on.project.path("generated");
	const { stdout, stderr } = await finish(
		async (io) => {
			deployment = await deployProject(
				{
					toolchain: findToolchain(outDir),
					outDir,
					env: undefined,
					dryRun: false,
					secret: undefined,
					secretCommand: "",
					history: {},
					quiet: false,
				},
				io,
				new Reporter(io, {}),
			);
			return 0;
		},
		{
			cwd: on.project.dir,
			env: { ...(process.env as Record<string, string>), ...on.env },
		},
	);
	on.check({ stdout, stderr });
	if (!deployment) throw new Error(stderr);
	return deployment;
}

const classes = (on: Deploying) =>
	Object.fromEntries(
		[...(on.api.account.scripts.get("quick")?.classes ?? [])].map(
			([name, { data }]) => [name, data],
		),
	);

/** A generated project, and a Worker that was deployed from it. */
async function deployed(): Promise<Deploying> {
	const on = await Deploying.start();
	expect((await cli(["generate"], on.project.dir)).status).toBe(0);
	on.api.account.seed("quick", {
		Metrics: { storage: "sqlite", data: {} },
		Votes: { storage: "sqlite", data: { agree: 3 } },
	});
	const script = on.api.account.scripts.get("quick");
	script?.secrets.set("COUNTER_ADMIN_TOKEN", adminToken);
	return on;
}

describe("counter-gen deploy, over the life of a class", () => {
	it("reports a rename, which keeps the counts, and the tombstone it leaves", async () => {
		const on = await deployed();
		await rewrite(on, (text, name) => {
			const renamed = text.replaceAll("Votes", "Polls");
			return name === "wrangler.toml"
				? `${renamed}\n[exports.Votes]\ntype = "durable-object"\nstate = "renamed"\nrenamed_to = "Polls"\n`
				: renamed;
		});
		expect(await deployAsItIs(on)).toMatchObject({
			classes: {
				created: [],
				renamed: [{ from: "Votes", to: "Polls" }],
				deleted: [],
			},
			tombstones: [],
		});
		expect(classes(on)).toEqual({ Metrics: {}, Polls: { agree: 3 } });
		expect(await deployAsItIs(on)).toMatchObject({
			classes: { created: [], renamed: [], deleted: [] },
			tombstones: ["Votes"],
		});
		expect(classes(on)).toEqual({ Metrics: {}, Polls: { agree: 3 } });
	});

	it("reports a deletion, and the tombstone it leaves", async () => {
		const on = await deployed();
		await rewrite(on, (text) =>
			text
				.replace(
					/\[\[durable_objects.bindings\]\]\nname = "VOTES_DO"\n.*\n/,
					"",
				)
				.replace(
					'[exports.Votes]\ntype = "durable-object"\nstorage = "sqlite"',
					'[exports.Votes]\ntype = "durable-object"\nstate = "deleted"',
				)
				.replace("export class Votes", "class Votes")
				.replace(/.*counters\.Votes,\n/, ""),
		);
		expect(await deployAsItIs(on)).toMatchObject({
			classes: { created: [], renamed: [], deleted: ["Votes"] },
		});
		expect(classes(on)).toEqual({ Metrics: {} });
		expect(await deployAsItIs(on)).toMatchObject({
			classes: { created: [], renamed: [], deleted: [] },
			tombstones: ["Votes"],
		});
	});
});
