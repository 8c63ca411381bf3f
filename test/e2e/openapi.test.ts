import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { installed } from "../support/installed.ts";
import { type } from "../support/machine.ts";
import { Project, root } from "../support/project.ts";
import { startServe } from "../support/serving.ts";

/** Counts and reads as docs/openapi.md does; what must not compile is marked. */
const PROGRAM = `
import createClient from "openapi-fetch";
import type { components, paths } from "./api.ts";

const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" });
const path = { counter: "signups" };

// Neither \`by\` nor a body has to be there: 1 is the default.
const one = await client.POST("/increment/{counter}", { params: { path } });
const three = await client.POST("/increment/{counter}", {
	params: { path, query: { by: 3 }, header: { "Idempotency-Key": "k" } },
});
const many = await client.POST("/increments", { body: { signups: 2, visits: 1 } });
const counted: number | undefined = one.data?.by;
const shard: number | undefined = many.data?.shard;

const yes = await client.POST("/votes/increment/{counter}", {
	params: { path: { counter: "agree" } },
});
const refused = await client.POST("/increments", { body: {} });
const problem = refused.error;
// A problem is told from the others by its type.
if (problem?.type === "urn:problem-type:counter-gen:internal-error") {
	const instance: string = problem.instance;
	console.error(instance);
}
const read = await client.GET("/counters/{counter}", { params: { path } });
const depth: "kv" | "global" | "exact" | undefined = read.data?.read;

export function wrong(total: components["schemas"]["CounterTotal"]): unknown[] {
	// @ts-expect-error: nobody knows the moment of what was written by hand
	const asOf: string = total.asOf;
	// @ts-expect-error: a total is a number
	const value: string = total.value;
	return [
		asOf,
		value,
		client.POST("/votes/increment/{counter}", {
			// @ts-expect-error: no name of the list
			params: { path: { counter: "maybe" } },
		}),
		client.POST("/increment/{counter}", {
			// @ts-expect-error: a number
			params: { path, query: { by: "3" } },
		}),
		// @ts-expect-error: there is something to count
		client.POST("/increments", {}),
		client.GET("/counters", {
			// @ts-expect-error: no depth of reading
			params: { query: { read: "deep" } },
		}),
		// @ts-expect-error: only POST counts there
		client.GET("/votes/increments", {}),
	];
}

console.log(
	JSON.stringify([counted, three.data?.by, shard, yes.data?.counter, problem?.status, depth]),
);
`;

const TSCONFIG = {
	compilerOptions: {
		target: "es2024",
		module: "esnext",
		moduleResolution: "bundler",
		lib: ["es2024", "dom", "dom.iterable"],
		types: ["node"],
		strict: true,
		exactOptionalPropertyTypes: true,
		noUncheckedIndexedAccess: true,
		allowImportingTsExtensions: true,
		noEmit: true,
	},
};

test("a client whose types come from openapi.json compiles, and counts", async () => {
	const project = await Project.create();
	await project.edit(
		"counters.yaml",
		"worker:\n",
		"worker:\n  openapi: true\n",
	);
	const { url, get } = await startServe(project);

	const written = JSON.parse(await project.read("generated/openapi.json"));
	const answer = await fetch(`${url}/-/openapi.json`);
	expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("*");
	expect(await answer.json()).toEqual(written);
	// The generated project is checked with the import of the document in it.
	await type(
		`${join(root, "node_modules/.bin/tsc")} -p generated`,
		project.dir,
	);

	const tools = await installed({
		"openapi-typescript": "7.13.0",
		"openapi-fetch": "0.17.0",
		typescript: "5.9.3",
		"@types/node": "24.19.2",
	});
	const dir = project.path("client");
	await mkdir(dir);
	await symlink(join(tools, "node_modules"), join(dir, "node_modules"));
	await writeFile(join(dir, "tsconfig.json"), JSON.stringify(TSCONFIG));
	await writeFile(join(dir, "package.json"), '{"type":"module"}');
	await writeFile(join(dir, "program.ts"), PROGRAM);
	const bin = join(dir, "node_modules/.bin");
	await type(
		`${bin}/openapi-typescript ../generated/openapi.json -o api.ts`,
		dir,
	);
	await type(`${bin}/tsc -p .`, dir);
	const said = await type(`${process.execPath} program.ts ${url}`, dir);
	expect(JSON.parse(said)).toEqual([
		1,
		3,
		expect.any(Number),
		"agree",
		400,
		expect.toBeOneOf(["kv", null]),
	]);
	const { value } = await get("/counters/signups?read=exact");
	expect(value).toBe(6);
});
