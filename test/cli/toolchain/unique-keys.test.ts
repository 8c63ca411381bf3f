import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Config } from "../../../cli/config/schema.ts";
import {
	classWithObjects,
	served,
	uniqueKeys,
} from "../../../cli/toolchain/unique-keys.ts";
import { Program } from "../../support/process.ts";
import { Project, root } from "../../support/project.ts";

const shards = {
	binding: "X_DO",
	kvPrefix: "x",
	mount: "/x",
	shardCounts: [1],
	reshardings: 0,
};
const votes = { votes: { class: "Votes", ...shards } };
const polls = {
	polls: { class: "Polls", earlierClasses: ["Votes"], ...shards },
};

/** A state folder, with what its `classes.json` holds, if it has one. */
async function stateWith(classes?: string) {
	const project = await Project.create({ packages: false });
	const data = project.path("data");
	await mkdir(data);
	if (classes !== undefined) await project.write("classes.json", classes);
	return { project, data };
}

/** Puts the database of an object where counts of `folder` are. */
async function countedIn(data: string, folder: string): Promise<void> {
	await mkdir(join(data, folder), { recursive: true });
	await writeFile(join(data, folder, `${"0".repeat(64)}.sqlite`), "");
}

const old = '{"Votes":"Votes"}\n';
const renewed = '{"Votes":"Votes","Polls":"Votes"}\n';

/** A command that makes the new file of the old; prints a refusal's code. */
function noting(data: string): [string, ...string[]] {
	const module = join(root, "cli/toolchain/unique-keys.ts");
	const script = `import { uniqueKeys } from ${JSON.stringify(module)};
		await uniqueKeys(${JSON.stringify({ data })}, ${JSON.stringify(polls)})
			.catch((error) => console.log(error.diagnostics[0].code));`;
	return [process.execPath, "--input-type=module", "--eval", script];
}

describe("the file of the names that counts are kept under", () => {
	it("has a renamed class keep the counts of the earlier one", async () => {
		const { project, data } = await stateWith();
		await uniqueKeys({ data }, votes);
		const keys = await uniqueKeys({ data }, polls);
		expect(keys.get("Polls")).toBe("Votes");
		expect(await project.read("classes.json")).toBe(renewed);
	});

	it("is not written where there is nothing to add", async () => {
		const byHand = '{ "Votes" : "Votes" }';
		const { project, data } = await stateWith(byHand);
		await uniqueKeys({ data }, votes);
		expect(await project.read("classes.json")).toBe(byHand);
	});

	it.each(["", '{"Votes":"Vo', "null", '["Votes"]', '{"Votes":1}'])(
		"is refused, and kept, if it holds %j",
		async (text) => {
			const { project, data } = await stateWith(text);
			await expect(uniqueKeys({ data }, votes)).rejects.toMatchObject({
				name: "CounterGenError",
				diagnostics: [
					{
						code: "state-broken",
						what: expect.stringContaining(project.path("classes.json")),
						fix: expect.stringContaining("write it by hand"),
					},
				],
			});
			expect(await project.read("classes.json")).toBe(text);
		},
	);

	it("can be written by hand, with the renamed classes alone", async () => {
		const { data } = await stateWith('{"Polls":"Votes"}');
		await mkdir(join(data, "Metrics"));
		const keys = await uniqueKeys(
			{ data },
			{ ...polls, metrics: { class: "Metrics", ...shards } },
		);
		expect(Object.fromEntries(keys)).toEqual({
			Polls: "Votes",
			Metrics: "Metrics",
		});
	});

	it("has a class that takes its old name back find the counts of the new one", async () => {
		const { data } = await stateWith();
		await uniqueKeys({ data }, votes);
		await uniqueKeys({ data }, { polls: { class: "Polls", ...shards } });
		await countedIn(data, "Polls");
		const back = { class: "Votes", earlierClasses: ["Polls"], ...shards };
		const keys = await uniqueKeys({ data }, { votes: back });
		expect(keys.get("Votes")).toBe("Polls");
		const again = await uniqueKeys({ data }, { votes: back });
		expect(again.get("Votes")).toBe("Polls");
	});

	it("is whole, old or new, whenever a process is killed that writes it", async () => {
		const left: string[] = [];
		while (left.at(-1) !== renewed && left.length < 10) {
			const { project, data } = await stateWith(old);
			const [file, ...argv] = noting(data);
			await new Program(file, argv, {
				cwd: project.dir,
				env: {
					NODE_OPTIONS: `--import=${join(root, "test/support/killed-between-writes.ts")}`,
					CRASH_AT: String(left.length + 1),
				},
			}).ended;
			left.push(await project.read("classes.json"));
		}
		expect(left).toEqual([old, old, old, renewed]);
	});

	it("stays as it was if the disk is full", async () => {
		const { project, data } = await stateWith(old);
		const full = ["-c", 'ulimit -f 0; exec "$0" "$@"', ...noting(data)];
		const { stdout } = await new Program("sh", full, { cwd: project.dir })
			.ended;
		expect(stdout).toBe("state-not-writable\n");
		expect(await project.read("classes.json")).toBe(old);
		expect((await readdir(project.dir)).toSorted()).toEqual([
			"classes.json",
			"counters.yaml",
			"data",
		]);
	});
});

describe("the class that has objects", () => {
	it("is found under the name that they are kept under", async () => {
		const { data } = await stateWith('{"Polls":"Votes"}');
		await countedIn(data, "Votes");
		expect(await classWithObjects({ data }, ["Ballots", "Polls"])).toBe(
			"Polls",
		);
	});

	it("is none if it was only served", async () => {
		const { data } = await stateWith('{"Votes":"Votes"}');
		await mkdir(join(data, "Votes"));
		await writeFile(join(data, "Votes", "metadata.sqlite"), "");
		expect(await classWithObjects({ data }, ["Votes"])).toBeUndefined();
	});
});

it("namespaces that are not served have no folder noted", () => {
	const config = { namespaces: [{ key: "polls" }] } as Config;
	expect(Object.keys(served(config, { ...votes, ...polls }))).toEqual([
		"polls",
	]);
});
