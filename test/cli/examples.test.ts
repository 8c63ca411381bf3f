import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readTemplates, templatesDir } from "../../cli/generator/templates.ts";
import { Project, root } from "../support/project.ts";

/** Names that examples use without an import, by file of the runtime. */
const IMPORTS = {
	"counter.ts": "CounterDurableObject",
	"entrypoint.ts": "counterEntrypoint",
	"problem.ts": "CounterProblem",
	"worker.ts": "counterWorker",
	"bounds/feature.ts": "totalBounds",
	"bounds/period-feature.ts": "periodBounds",
	"cors/feature.ts": "crossOrigin",
	"idempotency/feature.ts": "idempotencyKeys",
	"history/calendar.ts": "startOf",
	"history/feature.ts": "history",
	"live/feature.ts": "liveUpdates",
	"queue/feature.ts": "queueConsumer",
	"rate-limit/feature.ts": "rateLimiter",
	"top/feature.ts": "topCounters",
	"write-log/feature.ts": "writeLog",
	"dashboard/feature.ts": "dashboard",
} as const;

/** The examples in the doc comments of a file, as code. */
function examplesOf(text: string): string[] {
	return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap(([comment]) => {
		const [, ...examples] = comment
			.replace(/\s*\*\/$/, "")
			.replaceAll(/^\s*\* ?/gm, "")
			.split(/^@example$/m);
		return examples;
	});
}

/** The imports and declarations that an example leaves out. */
function preludeOf(example: string): string {
	const isUsed = (name: string) => new RegExp(`\\b${name}\\b`).test(example);
	const imports = Object.entries(IMPORTS)
		.filter(([, name]) => isUsed(name))
		.map(
			([file, name]) =>
				`import { ${name} } from ${JSON.stringify(join(templatesDir, "runtime", file))};`,
		);
	if (isUsed("Metrics") && !example.includes("class Metrics"))
		imports.push('import { Metrics } from "./metrics.ts";');
	return [...imports, "declare const env: object;", "export {};"].join("\n");
}

const examples = [...readTemplates().runtime].flatMap(([file, text]) =>
	examplesOf(text).map((code, n) => ({
		name: `${file.replaceAll(/\W/g, "-")}-${n + 1}.ts`,
		code,
	})),
);

/** Sets statics to numbers that bring no code with them. */
const WITHOUT_CODE = [
	"idempotency = { windowMs: 1_000 }",
	"live = { objects: 1 }",
	"writeLog = { events: 1_000 }",
	'rateLimit = { binding: "LIMIT", limit: 100, period: 60 }',
].map(
	(set, n) =>
		`// @ts-expect-error\nexport class Wrong${n} extends Metrics { static override readonly ${set}; }`,
);

test("every example of the runtime compiles against it, and a feature without its code does not", async () => {
	const project = await Project.create();
	await mkdir(project.path("src"));
	await project.write(
		"src/metrics.ts",
		`import { CounterDurableObject } from ${JSON.stringify(join(templatesDir, "runtime/counter.ts"))};
export class Metrics extends CounterDurableObject {}
`,
	);
	for (const { name, code } of examples)
		await project.write(`src/${name}`, `${preludeOf(code)}\n${code}`);
	await project.write(
		"src/wrong.ts",
		['import { Metrics } from "./metrics.ts";', ...WITHOUT_CODE].join("\n"),
	);
	await project.write(
		"tsconfig.json",
		JSON.stringify({
			extends: join(templatesDir, "runtime/tsconfig.json"),
			compilerOptions: {
				composite: false,
				emitDeclarationOnly: false,
				noEmit: true,
				rootDir: "/",
				types: [join(root, "node_modules/@cloudflare/workers-types")],
			},
			include: ["src"],
		}),
	);
	const tsc = join(root, "node_modules/.bin/tsc");
	const output = await new Promise<string>((resolve) =>
		execFile(
			tsc,
			["-p", project.dir, "--pretty", "false"],
			(_, stdout, stderr) => resolve(stdout + stderr),
		),
	);
	expect(output).toBe("");
});

test("what generated code and its users call has an example", () => {
	const shown = examples.map(({ code }) => code).join("\n");
	for (const name of [
		...Object.values(IMPORTS),
		"shardStub(env)",
		"globalStub(env)",
		"kvCounters(env)",
		".increment(env",
		".total(env",
		".increment(",
		".increments(",
		".import(",
		".fetch(",
		".totals(",
		".exact(",
		".reset(",
	])
		expect(shown).toContain(name);
});
