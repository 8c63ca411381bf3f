import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { installed } from "../support/installed.ts";
import { attempt } from "../support/machine.ts";
import { Project, root } from "../support/project.ts";
import { runCli } from "../support/run.ts";
import { shared } from "../support/shared.ts";

/** All that makes generated code longer; the environment has the runtime's copy. */
const CONFIGURATION = `version: 1
worker: { name: strict, cors: ["https://a.example"] }
defaults:
  methods: [GET, POST]
  bots: ignore
  rateLimit: { limit: 100, period: 60 }
namespaces:
  views: { live: true, names: [home, about] }
  page-votes: { access: { read: token } }
environments: { staging: { worker: { runtime: copied } } }
`;

/** Code of a user's own, next to what is generated. */
const OWN_CODE = `import counters, { type Env, PageVotes, Views } from "./generated/src";
import { Views as Direct } from "./generated/src/counters";
import { counterClient } from "./generated/src/client";
import { Views as Staging } from "./generated/src/environments/staging";

export { PageVotes, Views };
export const one: typeof Views = Direct;

export default {
	async fetch(request: Request, env: Env, ctx: ExecutionContext): Promise<Response> {
		const { shard, repeated } = await Views.increment(env, "home", 1, { key: "k" });
		const totals: Record<string, number> = await Staging.kvCounters(env);
		await counterClient("https://counters.example").increment("page-votes", "any");
		if (shard > 3 || repeated) return Response.json(totals);
		return counters.fetch(request, env, ctx);
	},
};
`;

const project = shared(async (until) => {
	const made = await Project.create({ until });
	await made.write("counters.yaml", CONFIGURATION);
	await made.write("own.ts", OWN_CODE);
	expect((await runCli(["generate"], { cwd: made.dir })).status).toBe(0);
	return made;
});

/** Code that counts from outside of the Worker. */
const CALLER = `import { counterClient, CounterProblem, type Names } from "./client";

const counters = counterClient("https://counters.example", { token: "secret" });
const name: Names["views"] = "home";
await counters.increment("views", name, 1, { key: "k" });
await counters.increments("page-votes", { any: 1 });
// @ts-expect-error: not among the names
void counters.increment("views", "elsewhere");
// @ts-expect-error: not live
void counters.live("page-votes", ["any"], () => {});
void counters.live("views", ["home"], ({ home }) => home.toFixed(0));
const { value = 0 } = await counters.total("views", "home", { signal: AbortSignal.timeout(9) });
export const isHigh: boolean = value > 1;
export const codeOf = (error: unknown): string => (error instanceof CounterProblem ? error.code : "");
`;

/** Places that the client is taken to, by the types that they know. */
const PLACES: Readonly<Record<string, object>> = {
	"a page": { lib: ["es2022", "dom"], types: [] },
	Node: {
		lib: ["es2022"],
		types: [join(root, "node_modules/@types/node")],
	},
	"a Worker": { lib: ["es2022"], types: ["@cloudflare/workers-types"] },
};

/** Runs a tool in the project; returns what it printed if it has objections. */
async function objections(commandLine: string): Promise<string> {
	const path = `${join(root, "node_modules/.bin")}:${process.env.PATH}`;
	const { status, stdout, stderr } = await attempt(commandLine, project().dir, {
		...process.env,
		PATH: path,
		NO_COLOR: "1",
	});
	return status === 0 ? "" : stdout + stderr;
}

/** Options of programs that the generated code becomes a part of. */
const PROGRAMS: Readonly<Record<string, object>> = {
	strictest: {
		lib: ["es2022"],
		types: [],
		allowUnreachableCode: false,
		allowUnusedLabels: false,
		erasableSyntaxOnly: true,
		exactOptionalPropertyTypes: true,
		isolatedModules: true,
		noFallthroughCasesInSwitch: true,
		noImplicitOverride: true,
		noImplicitReturns: true,
		noPropertyAccessFromIndexSignature: true,
		noUncheckedIndexedAccess: true,
		noUncheckedSideEffectImports: true,
		noUnusedLocals: true,
		noUnusedParameters: true,
		verbatimModuleSyntax: true,
	},
	C3: {
		lib: ["es2024"],
		types: ["@cloudflare/workers-types"],
		allowJs: true,
		isolatedModules: true,
		jsx: "react-jsx",
		resolveJsonModule: true,
	},
	"Next.js": {
		target: "es2017",
		lib: ["dom", "dom.iterable", "esnext"],
		types: [],
		allowJs: true,
		esModuleInterop: true,
		isolatedModules: true,
		jsx: "react-jsx",
		resolveJsonModule: true,
	},
	Astro: {
		lib: ["esnext", "dom", "dom.iterable"],
		types: [],
		allowImportingTsExtensions: true,
		allowJs: true,
		esModuleInterop: true,
		exactOptionalPropertyTypes: true,
		isolatedModules: true,
		jsx: "preserve",
		noFallthroughCasesInSwitch: true,
		noImplicitOverride: true,
		noUncheckedIndexedAccess: true,
		noUnusedLocals: true,
		noUnusedParameters: true,
		verbatimModuleSyntax: true,
	},
	SvelteKit: {
		target: "esnext",
		lib: ["esnext", "dom", "dom.iterable"],
		types: [],
		allowJs: true,
		checkJs: true,
		esModuleInterop: true,
		isolatedModules: true,
		resolveJsonModule: true,
		verbatimModuleSyntax: true,
	},
	Vite: {
		lib: ["es2022", "dom", "dom.iterable"],
		types: [],
		allowImportingTsExtensions: true,
		erasableSyntaxOnly: true,
		moduleDetection: "force",
		noFallthroughCasesInSwitch: true,
		noUncheckedSideEffectImports: true,
		noUnusedLocals: true,
		noUnusedParameters: true,
		verbatimModuleSyntax: true,
	},
};

describe("generated code, and code that imports it,", () => {
	it.each(Object.keys(PROGRAMS))(
		"is part of a program with the options of %s",
		async (name) => {
			const file = `tsconfig.${name}.json`;
			const compilerOptions = {
				target: "es2022",
				module: "esnext",
				moduleResolution: "bundler",
				noEmit: true,
				skipLibCheck: true,
				strict: true,
				...PROGRAMS[name],
			};
			await project().write(
				file,
				JSON.stringify({ compilerOptions, include: ["**/*.ts"] }),
			);
			const older = await installed({ typescript: "5.9.3" });
			const oldTsc = join(older, "node_modules/.bin/tsc");
			for (const tsc of ["tsc", oldTsc])
				expect([tsc, await objections(`${tsc} -p ${file}`)]).toEqual([tsc, ""]);
		},
	);

	it.each(Object.keys(PLACES))(
		"has a client that is part of a program of %s by itself, with its names",
		async (place) => {
			const folder = place.replace(" ", "-");
			await mkdir(project().path(folder));
			await copyFile(
				project().path("generated/src/client.ts"),
				project().path(`${folder}/client.ts`),
			);
			await project().write(`${folder}/caller.ts`, CALLER);
			await project().write(
				`${folder}/tsconfig.json`,
				JSON.stringify({
					compilerOptions: {
						...PROGRAMS.strictest,
						target: "es2022",
						module: "esnext",
						moduleResolution: "bundler",
						noEmit: true,
						skipLibCheck: true,
						strict: true,
						...PLACES[place],
					},
					include: ["."],
				}),
			);
			const older = await installed({ typescript: "5.9.3" });
			const oldTsc = join(older, "node_modules/.bin/tsc");
			for (const tsc of ["tsc", oldTsc])
				expect([tsc, await objections(`${tsc} -p ${folder}`)]).toEqual([
					tsc,
					"",
				]);
		},
	);

	it("is not objected to by ESLint's and typescript-eslint's rules", async () => {
		const tools = await installed({
			"@eslint/js": "10.0.1",
			eslint: "10.15.0",
			"typescript-eslint": "8.74.0",
			typescript: "5.9.3",
		});
		const from = JSON.stringify(join(tools, "index.js"));
		await project().write(
			"eslint.config.mjs",
			`import { createRequire } from "node:module";
			const require = createRequire(${from});
			const js = require("@eslint/js");
			const ts = require("typescript-eslint");
			export default ts.config(js.configs.recommended, ts.configs.recommended, {
				linterOptions: { reportUnusedDisableDirectives: "error" },
			});`,
		);
		const eslint = join(tools, "node_modules/.bin/eslint");
		const run = `${eslint} --max-warnings 0`;
		expect(await objections(`${run} generated own.ts`)).toBe("");
		await project().write("bad.ts", "export const a: any = 1;\n");
		expect(await objections(`${run} bad.ts`)).toContain("no-explicit-any");
	});

	it("is not objected to by Biome", async () => {
		const run = "biome check --error-on-warnings generated";
		expect(await objections(run)).toBe("");
	});
});

describe("wrangler types", () => {
	it("knows the classes of the bindings", async () => {
		expect(
			await objections(
				"wrangler types --config generated/wrangler.toml --include-runtime false types.d.ts",
			),
		).toBe("");
		expect(await project().read("types.d.ts")).toMatch(
			/VIEWS_DO: DurableObjectNamespace<import\("\.\/generated\/src\/index"\)\.Views>/,
		);
	});
});
